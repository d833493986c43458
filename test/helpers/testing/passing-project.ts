import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { SuiteFolder } from "../fleet-run.ts";

/** A project with one test, which passes wherever Node is. */
export function passingProject(suite: SuiteFolder): string {
  const folder = suite.folder();
  mkdirSync(path.join(folder, "test"));
  writeFileSync(path.join(folder, "package.json"), '{ "scripts": { "test": "node --test" } }');
  writeFileSync(path.join(folder, "test/a.test.js"), 'require("node:test").test("passes", () => {});');
  return folder;
}
