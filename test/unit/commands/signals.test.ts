import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { execaSync } from "execa";
import { describe, expect, test, vi } from "vitest";
import { hasProgram } from "../../helpers/has-program.ts";
import { isAlive } from "../../helpers/processes.ts";
import { startCaelum } from "../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

/** A configuration that takes for ever to load, and says when it has begun. */
const endless = {
  "caelum.config.mjs": 'process.stderr.write("loading\\n"); await new Promise((ok) => setTimeout(ok, 1e6));',
};

function startEndless() {
  const running = startCaelum(["config", "show"], { cwd: temporaryFolder(endless) });
  const begun = new Promise<void>((resolve) => running.stderr.once("data", () => resolve()));
  return { running, begun };
}

describe("signals", () => {
  test("a second ctrl-C ends the process at once with 130", async () => {
    const { running, begun } = startEndless();
    await begun;
    running.kill("SIGINT");
    const second = setInterval(() => running.kill("SIGINT"), 100);
    const { exitCode, stdout } = await running;
    clearInterval(second);
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: "" });
  });

  test("work that does not stop when told to is ended after a while", async () => {
    const { running, begun } = startEndless();
    await begun;
    running.kill("SIGTERM");
    const { exitCode, stderr } = await running;
    expect({ exitCode, stderr }).toEqual({
      exitCode: 130,
      stderr: "loading\nerror: cancelled by SIGTERM  CAELUM_CANCELLED\n",
    });
  });
});

describe.skipIf(!hasProgram("ps"))("ctrl-C while files are measured", () => {
  test("exits with 130, says how far it came, leaves no file and no process behind", async () => {
    const source = "def f(a):\n    return a if a else None\n".repeat(2000);
    const cwd = temporaryFolder({
      "old.json": "old",
      ...Object.fromEntries(
        Array.from({ length: 400 }, (_, index) => [`src/f${index}.py`, `x = ${index}\n${source}`]),
      ),
    });
    const args = [
      "analyze",
      "src",
      "--json",
      "--output",
      "old.json",
      "--report",
      "text:new.txt",
      "--workers",
      "2",
    ];
    const running = startCaelum(args, { cwd });
    let said = "";
    running.stderr.on("data", (data: Buffer) => (said += data.toString()));
    await vi.waitUntil(() => said.includes('"unit.finished"'), { timeout: 30_000 });
    const children = childrenOf(running.pid ?? 0);
    expect(children).not.toEqual([]);
    running.kill("SIGINT");

    const { exitCode, stdout } = await running;
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: "" });
    expect(JSON.parse(said.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      error: {
        code: "CAELUM_CANCELLED",
        message: expect.stringMatching(/^cancelled by ctrl-C after \d+ of 400 files$/),
        hint: "the same command again; files that were done are in the cache",
      },
    });
    expect(readdirSync(cwd).toSorted()).toEqual(["old.json", "src"]);
    expect(readFileSync(path.join(cwd, "old.json"), "utf8")).toBe("old");
    await vi.waitUntil(() => children.every((pid) => !isAlive(pid)), { timeout: 30_000 });
  });
});

function childrenOf(parent: number): number[] {
  const { stdout } = execaSync("ps", ["-A", "-o", "pid=,ppid="]);
  const pairs = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const own = pairs.flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
  return own.flatMap((pid) => [pid, ...childrenOf(pid)]);
}

describe("a reader that has had enough", () => {
  test("ends the command without an error", async () => {
    const running = startCaelum(["config", "show"]);
    running.stdout.destroy();
    const { stderr, exitCode } = await running;
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  });
});
