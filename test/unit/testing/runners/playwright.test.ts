import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { playwright } from "../../../../src/testing/runners/playwright/index.ts";
import { hasProgram } from "../../../helpers/has-program.ts";
import { endsByFile, fixtureSession, lines } from "../../../helpers/runner-session.ts";

function tried(files: Readonly<Record<string, string>> = {}, timeoutMs = 60_000) {
  return fixtureSession(playwright, "playwright", files, { timeoutMs });
}

test("all outcomes of Playwright are told, with its own retries", async () => {
  const { tests, ends } = await tried().run();
  expect(lines(tests).sort()).toEqual([
    "failed a suite > fails",
    "passed a suite > fails as it should",
    "passed adds",
    "passed other",
    "passed passes the second time",
    "passed prints",
    "passed takes 1",
    "passed takes 2",
    "skipped a suite > is skipped",
  ]);
  expect(endsByFile(ends)).toEqual({ "tests/other.spec.js": "done", "tests/outcomes.spec.js": "done" });
  expect(tests.find(({ test }) => test.title[0] === "passes the second time")?.retries).toBe(1);
  expect(tests.find(({ test }) => test.title[0] === "prints")?.output).toBe("printed by a test\n");
  expect(tests.find(({ test }) => test.title[1] === "fails")?.failures?.[0]).toMatchObject({
    file: "tests/outcomes.spec.js",
    line: 5,
  });
});

test("a file that cannot be loaded is broken, a worker that is killed fails its test, and the rest runs", async () => {
  const runner = tried({
    "tests/kill.spec.js":
      "const { test } = require('@playwright/test');\ntest('first', () => {});\ntest('kills', () => process.kill(process.pid, 'SIGKILL'));\ntest('after', () => {});\n",
  });
  const units = await runner.list();
  const other = path.join(runner.context.project.folder, "tests/other.spec.js");
  writeFileSync(other, "const { test } = require('@playwright/test');\ntest('x', () => {\n");
  const { ends, tests } = await runner.run({ units });
  expect(endsByFile(ends)).toEqual({
    "tests/kill.spec.js": "done",
    "tests/other.spec.js": "broken",
    "tests/outcomes.spec.js": "done",
  });
  expect(lines(tests)).toEqual(expect.arrayContaining(["passed first", "failed kills", "passed after"]));
});

test("each of Playwright's projects makes a unit of a file", async () => {
  const runner = tried({
    "playwright.config.js":
      "module.exports = { testDir: 'tests', testMatch: 'other.spec.js', projects: [{ name: 'one' }, { name: 'two' }] };",
  });
  const { ends, tests } = await runner.run();
  expect(endsByFile(ends)).toEqual({ "tests/other.spec.js|one": "done", "tests/other.spec.js|two": "done" });
  expect(lines(tests)).toEqual(["passed |one| > other", "passed |two| > other"]);
});

test.skipIf(!hasProgram("chromium"))("pages are tested with the browser of this machine", async () => {
  const runner = tried({
    "playwright.config.js":
      "module.exports = { testDir: 'tests', testMatch: 'page.spec.js', use: { launchOptions: { executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] } } };",
    "tests/page.spec.js":
      "const { expect, test } = require('@playwright/test');\ntest('shows', async ({ page }) => { await page.setContent('<h1>hello</h1>'); await expect(page.locator('h1')).toHaveText('hello'); });\n",
  });
  const { tests } = await runner.run();
  expect(lines(tests)).toEqual(["passed shows"]);
});
