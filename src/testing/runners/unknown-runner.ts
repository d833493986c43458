import path from "node:path";
import { readFileSync } from "node:fs";
import type { TestTree } from "./detect.ts";
import { runners } from "./registry.ts";

/** Test commands that have no adapter, and what a generic configuration for them looks like. */
const examples: readonly { found: RegExp; name: string; list: string; run: string }[] = [
  {
    found: /\bava\b/,
    name: "ava",
    list: "git ls-files 'test/*.js'",
    run: "npx ava --tap {files} | npx tap-junit > report.xml",
  },
  {
    found: /\bdeno test\b/,
    name: "deno test",
    list: "git ls-files '*_test.ts'",
    run: "deno test --junit-path=report.xml {files}",
  },
  {
    found: /\bbun test\b/,
    name: "bun test",
    list: "git ls-files '*.test.ts'",
    run: "bun test --reporter=junit --reporter-outfile=report.xml {files}",
  },
  { found: /\bctest\b/, name: "ctest", list: "", run: "ctest --test-dir build --output-junit report.xml" },
  {
    found: /\bbats\b/,
    name: "bats",
    list: "git ls-files '*.bats'",
    run: "bats --report-formatter junit --output . {files}",
  },
];

/** What to tell somebody whose tests nobody found: what was looked for, and the configuration that runs any command. */
export function unknownRunnerHelp(tree: TestTree): { message: string; hint: string } {
  const script = testScript(tree);
  const example = examples.find(({ found }) => found.test(script ?? ""));
  const list = example?.list ?? "git ls-files 'tests/*'";
  const run = example?.run ?? "./run-tests --junit report.xml {files}";
  const command = script === undefined ? "" : ` (the test script is \`${script}\`)`;
  return {
    message: `found no tests of ${runners.map(({ name }) => name).join(", ")}${command}`,
    hint: [
      "any command can be run: put this into caelum.config.yaml and say what lists your test files and what runs them",
      "",
      "test:",
      "  generic:",
      "    # prints one test file on a line; without it the whole run is one unit",
      `    list: ${JSON.stringify(list)}`,
      "    # {files} becomes the quoted files of one unit",
      `    run: ${JSON.stringify(run)}`,
      "    # JUnit XML that the command writes; without it only the exit code counts",
      "    junit: report.xml",
    ].join("\n"),
  };
}

function testScript(tree: TestTree): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path.join(tree.folder, "package.json"), "utf8"));
    const script = (manifest as { scripts?: { test?: unknown } }).scripts?.test;
    return typeof script === "string" ? script : undefined;
  } catch {
    return undefined;
  }
}
