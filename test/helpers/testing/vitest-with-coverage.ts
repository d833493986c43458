import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../run-caelum.ts";

/** Vitest wants its coverage package in its own version, which registries may not have for the one this project uses. */
const version = "5.1.0";
const store = path.join(projectRoot, "node_modules/.cache/caelum-suites", `vitest-${version}-coverage`);

/** A `node_modules` with Vitest and what it measures coverage with, installed once. */
export async function vitestWithCoverage(): Promise<string> {
  const packages = path.join(store, "node_modules");
  if (existsSync(path.join(packages, "@vitest/coverage-v8/package.json"))) return packages;
  mkdirSync(store, { recursive: true });
  writeFileSync(path.join(store, "package.json"), '{ "private": true }');
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--silent"];
  await execa("npm", ["install", ...flags, `vitest@${version}`, `@vitest/coverage-v8@${version}`], {
    cwd: store,
  });
  return packages;
}
