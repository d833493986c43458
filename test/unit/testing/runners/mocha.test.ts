import { expect, test } from "vitest";
import { mocha } from "../../../../src/testing/runners/mocha/index.ts";
import { endsByFile, fixtureSession, lines } from "../../../helpers/runner-session.ts";

function tried(files: Readonly<Record<string, string>> = {}, timeoutMs = 60_000) {
  return fixtureSession(mocha, "mocha", files, { timeoutMs });
}

test("all outcomes of mocha are told, with what its configuration and script ask for", async () => {
  const runner = tried();
  const { tests, ends } = await runner.run();
  expect(lines(tests)).toEqual([
    "passed is an ES module",
    "passed a suite > adds",
    "passed a suite > same title",
    "failed a suite > same title #2",
    "skipped a suite > is skipped",
    "skipped a suite > has nothing to run",
    "skipped a suite > skips itself",
    "passed a suite > sees what the set-up made",
    "passed a suite > passes the second time",
    "failed a suite > takes too long",
    "passed a suite > inside > takes 1",
    "passed a suite > inside > takes 2",
    "failed a suite > inside > takes 3",
  ]);
  expect(endsByFile(ends)).toEqual({ "test/module.test.mjs": "done", "test/outcomes.test.cjs": "done" });
  expect(tests.find(({ test }) => test.title[1] === "passes the second time")?.retries).toBe(1);
  const failed = tests.find(({ test, outcome }) => test.title[1] === "same title" && outcome === "failed");
  expect(failed?.failures?.[0]).toMatchObject({
    expected: "right",
    actual: "left",
    line: 6,
    file: "test/outcomes.test.cjs",
  });
});

test("files run again in the same process, and global fixtures once for all batches", async () => {
  const runner = tried();
  const first = await runner.run();
  const second = await runner.run();
  expect(second.tests.map(({ test }) => test.title)).toEqual(first.tests.map(({ test }) => test.title));
  await runner.stop();
  expect(runner.log().match(/global set-up ran/g)).toHaveLength(1);
  expect(runner.log().match(/global tear-down ran/g)).toHaveLength(1);
});

test("what cannot be loaded or set up is broken, what ends the process crashed, and the rest runs", async () => {
  const { ends, tests } = await tried({
    "test/a-syntax.test.js": "it('x', () => {\n",
    "test/b-hook.test.js":
      "describe('s', () => { before(() => { throw new Error('no database'); }); it('never', () => {}); });\n",
    "test/c-exit.test.js": "it('first', () => {});\nit('leaves', () => process.exit(0));\n",
    "test/d-late.test.js":
      "it('fine', () => { setTimeout(() => { throw new Error('too late'); }, 20); });\nit('waits', (done) => setTimeout(done, 100));\n",
  }).run();
  expect(endsByFile(ends)).toEqual({
    "test/a-syntax.test.js": "broken",
    "test/b-hook.test.js": "broken",
    "test/c-exit.test.js": "crashed",
    "test/d-late.test.js": "done",
    "test/module.test.mjs": "done",
    "test/outcomes.test.cjs": "done",
  });
  expect(ends.get("|mocha|test/b-hook.test.js")?.failure?.message).toContain("no database");
  expect(lines(tests)).toContain("passed first");
  expect(lines(tests)).toContain("failed waits");
});

test("a hang is ended with its stack, and the rest runs", async () => {
  const { ends } = await tried(
    {
      "test/a-hang.test.js":
        "function endless() { for (;;); }\nit('before', () => {});\nit('hangs', () => endless());\n",
    },
    8000,
  ).run();
  expect(endsByFile(ends)).toMatchObject({
    "test/a-hang.test.js": "timeout",
    "test/outcomes.test.cjs": "done",
  });
  expect(ends.get("|mocha|test/a-hang.test.js")?.failure?.details).toContain("endless");
});
