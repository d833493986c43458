import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { detectAll } from "../../../../src/testing/runners/index.ts";
import { generic } from "../../../../src/testing/runners/generic/index.ts";
import { fillIn, quoteForCmd } from "../../../../src/testing/runners/generic/shell.ts";
import { eventually, isAlive } from "../../../helpers/processes.ts";
import { endsByFile, lines, projectFolder, runnerSession } from "../../../helpers/runner-session.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

const odd = 't/it\'s $HOME `x`; & "q".txt';

/** A test program of its own: each file says what becomes of it. */
const program = `const fs = require("node:fs");
const [, , file] = process.argv;
const text = fs.readFileSync(file, "utf8").trim();
const xml = (inner) => fs.writeFileSync("out/report.xml", "<testsuite name='s'><testcase name='" + text + "'>" + inner + "</testcase></testsuite>");
if (text === "ok") xml("");
if (text === "fail") { xml("<failure message='no'/>"); process.exitCode = 1; }
if (text === "hidden") { xml(""); console.error("clean-up failed"); process.exitCode = 3; }
if (text === "invalid") fs.writeFileSync("out/report.xml", "<testsuite><testcase");
if (text === "killed") { xml(""); process.kill(process.pid, "SIGKILL"); }
if (text === "binary") { process.stdout.write(Buffer.from(Array.from({ length: 1e6 }, (_, i) => i % 256))); xml(""); }
if (text === "hang") { const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { detached: true, stdio: "ignore" }); fs.writeFileSync("child", String(child.pid)); setInterval(() => {}, 1e6); }
`;

function tried(
  files: Readonly<Record<string, string>>,
  settings: Partial<{ list: string; run: string; junit: string }> = {},
  timeoutMs = 60_000,
) {
  const folder = temporaryFolder({ "run.js": program, ...files });
  const node = `"${process.execPath}"`;
  const list = `${node} -e "for (const f of require('node:fs').readdirSync('t')) console.log('t/' + f)"`;
  return runnerSession(generic, projectFolder(folder), {
    timeoutMs,
    generic: { list, run: `${node} run.js {files}`, junit: "out/report.xml", ...settings },
  });
}

test("each listed file is a unit with what its report says, whatever its name", async () => {
  const { tests, ends } = await tried({
    [odd]: "ok",
    "t/b": "fail",
    "t/c": "hidden",
    "t/d": "invalid",
    "t/e": "nothing",
    "t/f": "killed",
    "t/g": "binary",
  }).run();
  expect(endsByFile(ends)).toEqual({
    [odd]: "done",
    "t/b": "done",
    "t/c": "broken",
    "t/d": "broken",
    "t/e": "broken",
    "t/f": "crashed",
    "t/g": "done",
  });
  const message = (file: string) => ends.get(`|generic|${file}`)?.failure?.message;
  expect(lines(tests)).toEqual([
    "failed s > fail",
    "passed s > hidden",
    "passed s > killed",
    "passed s > binary",
    "passed s > ok",
  ]);
  expect(message("t/c")).toContain("clean-up failed");
  expect(message("t/d")).toContain("out/report.xml: it is no valid XML");
  expect(message("t/e")).toContain("has not written out/report.xml");
});

test("a hang is ended, with what it has started", async () => {
  const runner = tried({ "t/a": "hang", "t/b": "ok" }, {}, 5000);
  const { ends } = await runner.run();
  expect(endsByFile(ends)).toEqual({ "t/a": "timeout", "t/b": "done" });
  const child = Number(runner.context.project.read("child"));
  await eventually("the child is gone", () => !isAlive(child));
});

test("without a list the whole is one unit, without a report its exit code is the result", async () => {
  const good = await tried({}, { list: "", run: "exit 0", junit: "" }).run();
  expect(lines(good.tests)).toEqual(["passed exit 0"]);
  const bad = await tried({}, { list: "", run: "echo went wrong && exit 4", junit: "" }).run();
  expect(lines(bad.tests)).toEqual(["failed echo went wrong && exit 4"]);
  expect(bad.tests[0]?.failures?.[0]?.details).toContain("went wrong");
});

test("a list that fails says so with the words of the command", async () => {
  await expect(tried({}, { list: "no-such-program-here" }).list()).rejects.toMatchObject({
    code: "CAELUM_TEST_RUNNER",
    data: { output: expect.stringContaining("no-such-program-here") },
  });
});

test("an aborted run cancels what has not ended and leaves nothing behind", async () => {
  const runner = tried({ "t/a": "hang", "t/b": "ok" });
  const stop = new AbortController();
  const child = path.join(runner.context.project.folder, "child");
  const running = runner.run({ signal: stop.signal });
  await eventually("it runs", () => existsSync(child) && runner.context.project.read("child") !== "");
  stop.abort();
  const { ends } = await running;
  expect(endsByFile(ends)).toEqual({ "t/a": "cancelled", "t/b": "cancelled" });
});

test("quotes of both shells hold what names may hold", () => {
  expect(fillIn("run {files} --x", ["a b", "$&"])).toBe(
    process.platform === "win32" ? 'run "a b" "$&" --x' : "run 'a b' '$&' --x",
  );
  expect(quoteForCmd("50% & more.txt")).toBe('"50"^%" & more.txt"');
});

test("a tree with a generic configuration has a project that runs it", () => {
  const folder = temporaryFolder({ a: "" });
  expect(detectAll({ folder, files: ["a"], generic: true }).map(({ runner }) => runner.name)).toEqual([
    "generic",
  ]);
  expect(detectAll({ folder, files: ["a"] })).toEqual([]);
});
