import { cargo } from "./cargo/index.ts";
import { dotnet } from "./dotnet/index.ts";
import { go } from "./go/index.ts";
import { jest } from "./jest/index.ts";
import { gradle } from "./jvm/gradle.ts";
import { maven } from "./jvm/maven.ts";
import { mocha } from "./mocha/index.ts";
import { nextest } from "./nextest/index.ts";
import { nodeTest } from "./node-test/index.ts";
import { playwright } from "./playwright/index.ts";
import { pytest } from "./pytest/index.ts";
import { phpunit } from "./phpunit/index.ts";
import { rspec } from "./rspec/index.ts";
import type { Runner } from "./runner.ts";
import { vitest } from "./vitest/index.ts";

/** All runners there are, in the order in which they are asked whether a project is theirs. */
export const runners: readonly Runner[] = [
  vitest,
  jest,
  mocha,
  playwright,
  nodeTest,
  pytest,
  go,
  cargo,
  nextest,
  rspec,
  phpunit,
  maven,
  gradle,
  dotnet,
];
