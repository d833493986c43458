import type { FleetPlan } from "#crew";
import type { ConfiguredStep } from "../setup/index.ts";
import type { Shard } from "./shard-units.ts";

export interface TestOptions {
  /** Absolute. */
  root: string;
  /** A revision in place of the files as they lie there. */
  rev?: string;
  /** Globs of files that git ignores and tests need. */
  include: readonly string[];
  /** Of caelum's caches. */
  cacheFolder: string;
  /** Bound of all workspaces on a host. */
  workspaceBytes: number;
  /** Undefined: this machine alone. */
  fleet?: FleetPlan;
  /** Names of platforms; `all`: what the hosts are. Undefined: that of this machine. */
  platforms?: readonly string[] | "all";
  /** A platform without a host makes the result incomplete in place of ending the run. */
  allowMissing: boolean;
  /** Units at once on this machine. */
  workers?: number;
  /** How often a failure is tried again on another host. */
  retry: number;
  /** A test that passes on a later try: `pass` shows it, `fail` fails the run. */
  flaky: "pass" | "fail";
  /** Times that everything is run. */
  repeat: number;
  failFast: boolean;
  /** Bound of a unit, milliseconds. */
  timeoutMs: number;
  /** Only units whose file matches one of these: globs, or parts of a path. */
  only: readonly string[];
  /** `first`: units of files that differ from the commit first; `only`: nothing else. */
  changed?: "first" | "only";
  /** Globs of test files whose tests do not depend on each other: long ones may be split. */
  independent?: readonly string[];
  /** Only this part of all, for a run that is one of several. */
  shard?: Shard;
  coverage: boolean;
  /** Globs of files that tests leave behind, and the folder that they are brought to. */
  artifacts?: { globs: readonly string[]; folder: string };
  generic?: { list: string; run: string; junit: string };
  args: Readonly<Record<string, readonly string[]>>;
  /** Set-up steps in workspaces; undefined: detected. */
  setup?: readonly ConfiguredStep[];
  env: Readonly<Record<string, string>>;
  /** Names of variables in `env` whose values nobody may see; absent: none. */
  secrets?: readonly string[];
}
