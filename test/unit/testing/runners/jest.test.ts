import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { jest } from "../../../../src/testing/runners/jest/index.ts";
import { endsByFile, fixtureSession, lines } from "../../../helpers/runner-session.ts";

function tried(files: Readonly<Record<string, string>> = {}, timeoutMs = 60_000) {
  return fixtureSession(jest, "jest", files, { timeoutMs });
}

test("all outcomes of jest are told, the same as jest alone reports", async () => {
  const runner = tried();
  const { tests, ends } = await runner.run();
  const alone = spawnSync(
    runner.context.env["npm_node_execpath"] ?? process.execPath,
    [
      path.join(runner.context.project.folder, "node_modules/jest/bin/jest.js"),
      "--json",
      "--outputFile=alone.json",
    ],
    { cwd: runner.context.project.folder, env: runner.context.env },
  );
  expect(alone.status).toBe(1);
  const report = JSON.parse(readFileSync(path.join(runner.context.project.folder, "alone.json"), "utf8")) as {
    testResults: { assertionResults: { ancestorTitles: string[]; title: string; status: string }[] }[];
  };
  const expected = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .map(
      ({ ancestorTitles, title, status }) =>
        `${status === "pending" ? "skipped" : status} ${[...ancestorTitles, title].join(" > ")}`,
    );
  expect(
    lines(tests)
      .map((line) => line.replace(/ #\d+$/, ""))
      .sort(),
  ).toEqual(expected.sort());
  expect(lines(tests)).toHaveLength(11);
  expect(endsByFile(ends)).toEqual({ "test/flaky.test.js": "done", "test/outcomes.test.js": "done" });
  expect(tests.find(({ test }) => test.title[0] === "passes the second time")?.retries).toBe(1);
  const failed = tests.find(({ test, outcome }) => test.title[0] === "same title" && outcome === "failed");
  expect(failed?.failures?.[0]).toMatchObject({
    expected: "right",
    actual: "left",
    line: 3,
    file: "test/outcomes.test.js",
  });
});

test("what cannot be loaded is broken, what ends jest's process is crashed, and the rest runs", async () => {
  const { ends, tests } = await tried({
    "test/a-syntax.test.js": "test('x', () => {\n",
    "test/b-import.test.js": "require('nowhere-to-be-found');\ntest('x', () => {});\n",
    "test/c-kill.test.js":
      "test('first', () => {});\ntest('kills', () => process.kill(process.pid, 'SIGKILL'));\n",
    "test/d-empty.test.js": "",
  }).run();
  expect(endsByFile(ends)).toEqual({
    "test/a-syntax.test.js": "broken",
    "test/b-import.test.js": "broken",
    "test/c-kill.test.js": "crashed",
    "test/d-empty.test.js": "broken",
    "test/flaky.test.js": "done",
    "test/outcomes.test.js": "done",
  });
  expect(ends.get("|jest|test/b-import.test.js")?.failure?.message).toContain("nowhere-to-be-found");
  expect(lines(tests)).toContain("passed first");
});

test("a hang is ended with its stack, and the rest runs", async () => {
  const { ends, tests } = await tried(
    {
      "test/a-hang.test.js":
        "test('before', () => {});\nfunction endless() { for (;;); }\ntest('hangs', () => endless());\n",
    },
    6000,
  ).run();
  expect(endsByFile(ends)).toMatchObject({
    "test/a-hang.test.js": "timeout",
    "test/outcomes.test.js": "done",
  });
  expect(lines(tests)).toContain("passed before");
  expect(ends.get("|jest|test/a-hang.test.js")?.failure?.details).toContain("endless");
});

test("a file that several of jest's projects have is one unit with the tests of all", async () => {
  const { ends, tests } = await tried({
    "package.json": JSON.stringify({
      name: "several",
      scripts: { test: "jest" },
      jest: {
        projects: [
          { displayName: "one", testMatch: ["**/*.test.js"] },
          { displayName: "two", testMatch: ["**/flaky.test.js"] },
        ],
      },
    }),
  }).run();
  expect(endsByFile(ends)).toEqual({ "test/flaky.test.js": "done", "test/outcomes.test.js": "done" });
  expect(
    lines(tests)
      .filter((line) => line.includes("second time"))
      .sort(),
  ).toEqual(["passed |one| > passes the second time", "passed |two| > passes the second time"]);
});
