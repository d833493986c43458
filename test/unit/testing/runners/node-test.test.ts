import { expect, test } from "vitest";
import { nodeTest } from "../../../../src/testing/runners/node-test/index.ts";
import {
  endsByFile,
  fixtureSession,
  lines,
  projectCopy,
  projectFolder,
  runnerSession,
} from "../../../helpers/runner-session.ts";

test("a project whose script runs node --test is listed as that command would run it, helpers included", async () => {
  const project = projectFolder(projectCopy("node-test"));
  expect(nodeTest.detect(project)?.because).toBe("node --test in a script of package.json");
  const units = await runnerSession(nodeTest, project).list();
  expect(units.map(({ id }) => id)).toEqual([
    "|node:test|test/helper.js",
    "|node:test|test/outcomes.test.js",
    "|node:test|test/quiet.test.js",
  ]);
});

test("all outcomes of Node's runner are told with their titles", async () => {
  const tried = fixtureSession(nodeTest, "node-test");
  const { tests, ends } = await tried.run();
  expect(lines(tests)).toEqual([
    "passed helper.js",
    "passed adds",
    "passed same title",
    "failed same title #2",
    "skipped is skipped",
    "todo is to do",
    "passed a suite > inside > takes 1",
    "passed a suite > inside > takes 2",
    "failed a suite > inside > takes 3",
    "skipped a suite > left out",
    "passed has subtests > first",
    "failed has subtests > second",
    "failed has subtests",
    "passed prints",
  ]);
  expect(endsByFile(ends)).toEqual({
    "test/helper.js": "done",
    "test/outcomes.test.js": "done",
    "test/quiet.test.js": "done",
  });
  const failed = tests.find(({ test }) => test.title[0] === "same title" && test.ordinal === 1);
  expect(failed?.failures?.[0]).toMatchObject({ expected: "right", actual: "left", line: 6 });
  expect(tried.log()).toContain("printed by a test");
});

test("a file that cannot be loaded is broken, one that kills its process is crashed, and the rest runs", async () => {
  const folder = projectCopy("node-test", {
    "test/bad.test.js": "import { test } from 'node:test';\ntest('x', () => {\n",
    "test/kill.test.js":
      "import { test } from 'node:test';\ntest('first', () => {});\ntest('kills', async () => { await new Promise((r) => setTimeout(r, 200)); process.kill(process.pid, 'SIGKILL'); });\n",
    "test/hook.test.js":
      "import { before, describe, it } from 'node:test';\ndescribe('s', () => { before(() => { throw new Error('no database'); }); it('never', () => {}); });\n",
    "test/exit.test.js": "import { test } from 'node:test';\ntest('leaves', () => process.exit(3));\n",
  });
  const { ends, tests } = await runnerSession(nodeTest, projectFolder(folder)).run();
  expect(endsByFile(ends)).toMatchObject({
    "test/bad.test.js": "broken",
    "test/kill.test.js": "crashed",
    "test/hook.test.js": "broken",
    "test/exit.test.js": "broken",
    "test/outcomes.test.js": "done",
  });
  expect(ends.get("|node:test|test/bad.test.js")?.failure?.message).toContain("SyntaxError");
  expect(ends.get("|node:test|test/hook.test.js")?.failure?.message).toBe("s: Error: no database");
  expect(lines(tests)).toContain("passed first");
});

test("a test that hangs is ended with its stack, and the next unit still runs", async () => {
  const folder = projectCopy(undefined, {
    "package.json": '{ "type": "module", "scripts": { "test": "node --test" } }',
    "hang.test.js":
      "import { test } from 'node:test';\ntest('before', () => {});\nfunction endless() { for (;;); }\ntest('hangs', async () => { await new Promise((r) => setTimeout(r, 100)); endless(); });\n",
    "z.test.js": "import { test } from 'node:test';\ntest('after', () => {});\n",
  });
  const { ends, tests } = await runnerSession(nodeTest, projectFolder(folder), { timeoutMs: 8000 }).run();
  expect(endsByFile(ends)).toEqual({ "hang.test.js": "timeout", "z.test.js": "done" });
  expect(lines(tests)).toEqual(["passed before", "passed after"]);
  expect(ends.get("|node:test|hang.test.js")?.failure?.details).toMatch(
    /at endless \(file:.*hang\.test\.js:\d+/,
  );
});
