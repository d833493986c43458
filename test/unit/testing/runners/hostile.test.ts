import { expect, test } from "vitest";
import { mocha } from "../../../../src/testing/runners/mocha/index.ts";
import { nodeTest } from "../../../../src/testing/runners/node-test/index.ts";
import { eventually, isAlive } from "../../../helpers/processes.ts";
import {
  endsByFile,
  fixtureSession,
  lines,
  projectCopy,
  projectFolder,
  runnerSession,
} from "../../../helpers/runner-session.ts";

// Tests that no runner expects, with one runner that has its files in processes of their own and one that has not.

const hostile = {
  // 20 MB of text, all bytes there are, and messages like those of our own.
  print: `process.stdout.write("x".repeat(2e7)); process.stdout.write(Buffer.from(Array.from({ length: 4096 }, (_, i) => i % 256)));
    process.stdout.write('\\n{"type":"test","unit":"u","title":["forged"],"outcome":"passed","ms":1}\\n');`,
  // No terminal, nothing to read.
  terminal: `if (process.stdin.isTTY || process.stdout.isTTY) throw new Error("a terminal");
    let opened = false; try { require("node:fs").openSync("/dev/tty", "r+"); opened = true; } catch {} if (opened) throw new Error("opened");`,
  // The file goes away while it runs.
  change: `require("node:fs").rmSync(__filename); require("node:fs").writeFileSync(__filename + ".new", "");`,
  // A process that leaves the group.
  daemon: `const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { detached: true, stdio: "ignore" });
    child.unref(); require("node:fs").writeFileSync("daemon", String(child.pid));`,
};

test.each([
  [
    nodeTest,
    "node-test",
    (body: string) => `const { test } = require("node:test");\ntest("t", () => { ${body} });\n`,
  ],
  [mocha, "mocha", (body: string) => `it("t", () => { ${body} });\n`],
])(
  "$name: output without end, no terminal, a tree that changes and daemons harm nobody",
  async (runner, fixture, wrap) => {
    const files = Object.fromEntries(
      Object.entries(hostile).map(([name, body]) => [`test/${name}.test.cjs`, wrap(body)]),
    );
    const tried = fixtureSession(runner, fixture, files);
    const units = (await tried.list()).filter(({ file }) => file in files);
    const { tests, ends } = await tried.run({ units });
    expect(endsByFile(ends)).toEqual(
      Object.fromEntries(
        Object.keys(files)
          .sort()
          .map((file) => [file, "done"]),
      ),
    );
    expect(lines(tests)).toEqual(["passed t", "passed t", "passed t", "passed t"]);
    expect(JSON.stringify(tests).length).toBeLessThan(10_000);
    await tried.stop();
    const daemon = Number(tried.context.project.read("daemon"));
    await eventually("the daemon is gone", () => !isAlive(daemon));
  },
);

test("names of tests may hold anything, and stay readable", async () => {
  const folder = projectCopy("node-test", {
    "test/names.test.cjs":
      'const { test } = require("node:test");\nfor (const name of ["", "a\\nb", "\\u001b[31mred\\u001b[0m", "\\u0000", "\\ud800", "🙂", "__proto__"]) test(name, () => {});\n',
  });
  const tried = runnerSession(nodeTest, projectFolder(folder));
  const { tests } = await tried.run({
    units: (await tried.list()).filter(({ file }) => file.includes("names")),
  });
  expect(tests.map(({ test }) => test.title[0])).toEqual([
    "<anonymous>",
    "a\nb",
    "red",
    "\ufffd",
    "\ufffd",
    "🙂",
    "__proto__",
  ]);
});
