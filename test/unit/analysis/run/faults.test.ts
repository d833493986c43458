import { createHash } from "node:crypto";
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { execaSync } from "execa";
import { describe, expect, test } from "vitest";
import { hasProgram } from "../../../helpers/has-program.ts";
import { eventually, isAlive } from "../../../helpers/processes.ts";
import { copyRealSources } from "../../../helpers/real-sources.ts";
import { runCaelum, startCaelum } from "../../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

function sha(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Enough for a run of several seconds on two workers. */
function largeProject(copies = 4): string {
  const cwd = temporaryFolder();
  copyRealSources(cwd, copies);
  return cwd;
}

/** Process ids below one, with their depth: 1 = the agent, 2 = its workers. */
function descendants(root: number): { pid: number; depth: number }[] {
  const rows = execaSync("ps", ["-eo", "pid=,ppid="])
    .stdout.split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  const found: { pid: number; depth: number }[] = [];
  let level = [root];
  for (let depth = 1; level.length > 0; depth++) {
    level = rows.filter(([, parent]) => level.includes(parent!)).map(([pid]) => pid!);
    for (const pid of level) found.push({ pid, depth });
  }
  return found;
}

// The same sources four times over: looking for copies in them would be most of the work.
const args = ["analyze", "--json", "--no-cache", "--no-clones", "--workers", "2"];

describe.skipIf(!hasProgram("ps"))("processes that die in mid-run", () => {
  test.for([
    ["a worker", 2],
    ["the agent", 1],
  ] as const)("%s killed with SIGKILL changes nothing in the report", async ([, depth]) => {
    const cwd = largeProject();
    const expected = await runCaelum(args, { cwd });
    expect(expected.exitCode).toBe(0);
    const running = startCaelum(args, { cwd });
    const victim = (): number | undefined =>
      descendants(running.pid!).find((one) => one.depth === depth)?.pid;
    await eventually("workers are there", () => descendants(running.pid!).some((one) => one.depth === 2));
    process.kill(victim()!, "SIGKILL");
    const { stdout, exitCode } = await running;
    expect(exitCode).toBe(0);
    expect(sha(stdout)).toBe(sha(expected.stdout));
  });

  test("when caelum itself is killed with SIGKILL, nothing that it started stays", async () => {
    const running = startCaelum(args, { cwd: largeProject() });
    await eventually("workers are there", () => descendants(running.pid!).some((one) => one.depth === 2));
    const started = descendants(running.pid!).map(({ pid }) => pid);
    running.kill("SIGKILL");
    await running;
    await eventually("all of them have ended", () => started.every((pid) => !isAlive(pid)));
  });
});

test(
  "a file that no worker survives is found and named, and the rest of the report is whole",
  { timeout: 240_000 },
  async () => {
    const cwd = temporaryFolder();
    const files = copyRealSources(cwd);
    // Longer than a JavaScript string can be.
    const poison = openSync(path.join(cwd, "poison.py"), "w");
    for (let megabytes = 0; megabytes < 600; megabytes++) writeSync(poison, "x = 1 \n".repeat(150_000));
    closeSync(poison);
    const { stdout, exitCode } = await runCaelum([...args, "--max-file-size", "2GB"], { cwd });
    const report = JSON.parse(stdout) as {
      complete: boolean;
      files: unknown[];
      skipped: { path: string; reason: string }[];
    };
    expect(exitCode).toBe(5);
    expect(report.complete).toBe(false);
    expect(report.skipped).toMatchObject([{ path: "poison.py", reason: "crashed" }]);
    expect(report.files).toHaveLength(files);
  },
);

test("files that vanish or change between being listed and being read are counted or read as they are", async () => {
  const cwd = largeProject(8);
  const running = startCaelum([...args, "--verbose"], { cwd });
  // The listing takes less time than the start of workers: both are under way at this moment.
  running.stderr.once("data", () => {
    for (let copy = 4; copy < 8; copy++) rmSync(path.join(cwd, `copy${copy}`), { recursive: true });
    writeFileSync(path.join(cwd, "copy0/commander-lib/command.js"), "function changed() {}\n");
  });
  const { stdout, exitCode } = await running;
  const report = JSON.parse(stdout) as { complete: boolean; skipped: { reason: string }[] };
  expect(new Set(report.skipped.map(({ reason }) => reason))).toEqual(new Set(["vanished"]));
  expect({ exitCode, complete: report.complete }).toEqual({ exitCode: 0, complete: true });
});
