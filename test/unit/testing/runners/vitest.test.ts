import { expect, test } from "vitest";
import { vitest } from "../../../../src/testing/runners/vitest/index.ts";
import { endsByFile, fixtureSession, lines } from "../../../helpers/runner-session.ts";

test("all outcomes of vitest are told with their titles, its own retries and what tests print", async () => {
  const tried = fixtureSession(vitest, "vitest");
  const { tests, ends } = await tried.run();
  expect(lines(tests).sort()).toEqual(
    [
      "passed adds",
      "passed same title",
      "failed same title #2",
      "skipped is skipped",
      "todo is to do",
      "skipped skips itself",
      "passed a suite > inside > takes 1",
      "passed a suite > inside > takes 2",
      "failed a suite > inside > takes 3",
      "skipped left out > never runs",
      "passed passes the second time",
      "passed prints",
    ].sort(),
  );
  expect(endsByFile(ends)).toEqual({ "test/outcomes.test.js": "done" });
  const find = (title: string) => tests.find(({ test }) => test.title[0] === title);
  expect(find("passes the second time")?.retries).toBe(1);
  expect(find("prints")?.output).toBe("printed by a test\n");
  expect(find("skips itself")?.reason).toBe("not today");
  const failed = tests.find(({ test, outcome }) => test.title[0] === "same title" && outcome === "failed");
  expect(failed?.failures?.[0]).toMatchObject({
    expected: "right",
    actual: "left",
    file: expect.stringContaining("outcomes.test.js"),
    line: 5,
  });
});

test("what cannot be loaded, fails outside of tests or takes its worker down is told of its own file only", async () => {
  const tried = fixtureSession(vitest, "vitest", {
    "test/a-syntax.test.js": "import { test } from 'vitest';\ntest('x', () => {\n",
    "test/b-hook.test.js":
      "import { beforeAll, test } from 'vitest';\nbeforeAll(() => { throw new Error('no database'); });\ntest('never', () => {});\n",
    "test/c-late.test.js":
      "import { test } from 'vitest';\ntest('fine', async () => { Promise.reject(new Error('forgotten')); await new Promise((r) => setTimeout(r, 50)); });\n",
    "test/d-kill.test.js":
      "import { test } from 'vitest';\ntest('first', () => {});\ntest('kills', async () => { await new Promise((r) => setTimeout(r, 500)); process.kill(process.pid, 'SIGKILL'); });\n",
    "test/e-empty.test.js": "",
  });
  const { ends, tests } = await tried.run();
  expect(endsByFile(ends)).toEqual({
    "test/a-syntax.test.js": "broken",
    "test/b-hook.test.js": "broken",
    "test/c-late.test.js": "broken",
    "test/d-kill.test.js": "crashed",
    "test/e-empty.test.js": "broken",
    "test/outcomes.test.js": "done",
  });
  expect(ends.get("|vitest|test/b-hook.test.js")?.failure?.message).toContain("no database");
  expect(ends.get("|vitest|test/c-late.test.js")?.failure?.message).toContain("forgotten");
  expect(ends.get("|vitest|test/d-kill.test.js")?.failure?.message).toMatch(/SIGKILL.*while "kills" ran/);
  expect(ends.get("|vitest|test/e-empty.test.js")?.failure?.message).toContain("No test suite found");
  expect(lines(tests)).toContain("passed first");
});

test("a file that hangs is ended with its stack, and the next one still runs", async () => {
  const tried = fixtureSession(
    vitest,
    "vitest",
    {
      "test/hang.test.js":
        "import { test } from 'vitest';\ntest('before', () => {});\nfunction endless() { for (;;); }\ntest('hangs', async () => { await new Promise((r) => setTimeout(r, 300)); endless(); });\n",
    },
    { timeoutMs: 12_000 },
  );
  const { ends, tests } = await tried.run();
  expect(endsByFile(ends)).toEqual({ "test/hang.test.js": "timeout", "test/outcomes.test.js": "done" });
  expect(lines(tests)).toContain("passed before");
  expect(ends.get("|vitest|test/hang.test.js")?.failure?.details).toContain("endless");
});
