import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { execa } from "execa";
import { describe, expect, test, vi } from "vitest";
import { bundleForNode } from "../../helpers/bundle-for-node.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { hasTmux, openPane } from "../../helpers/tmux.ts";

const demo = "test/fixtures/faces/progress-demo.ts";

/** Runs the demonstration without a terminal until it has written `until` to stderr, or for a while. */
async function runPlain(flags: readonly string[], until: string | undefined) {
  const stopFile = path.join(temporaryFolder(), "stop");
  const running = execa(process.execPath, [await bundleForNode(demo), stopFile, ...flags]);
  if (until === undefined) await wait(1500);
  else await vi.waitUntil(() => written(running.stderr).includes(until), { timeout: 30_000 });
  writeFileSync(stopFile, "");
  return running;
}

const texts = new WeakMap<object, string>();

/** What a stream has said so far; listens from the first call on. */
function written(stream: Readable): string {
  if (!texts.has(stream)) {
    texts.set(stream, "");
    stream.on("data", (data: Buffer) => texts.set(stream, `${texts.get(stream)}${data.toString()}`));
  }
  return texts.get(stream) ?? "";
}

async function terminal(columns: number, flags = "") {
  const stopFile = path.join(temporaryFolder(), "stop");
  const program = `${process.execPath} ${await bundleForNode(demo)} ${stopFile} ${flags}; echo after`;
  const pane = await openPane(program, { columns, rows: 20 });
  return { ...pane, stop: () => writeFileSync(stopFile, "") };
}

describe("without a terminal", () => {
  test("each event worth telling is a line with ISO time, and there is no bar", async () => {
    const { stderr, stdout } = await runPlain([], "worker was lost");
    expect(
      stderr.split("\n").map((line) => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, "TIME")),
    ).toEqual([
      "TIME  analyze demo: 1,000 files, 10.0 MB; 12 left out",
      "TIME  analyze demo: 100 files unchanged since they were last read",
      "TIME  analyze demo: local: a worker was lost (SIGKILL)",
    ]);
    expect(stdout).toBe("before\nthe result");
  });

  test("for programs, lines are the events themselves, none missing", async () => {
    const { stderr } = await runPlain(["--json"], "worker.lost");
    const events = stderr.split("\n").map((line) => JSON.parse(line) as { seq: number; type: string });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    expect(events[0]).toMatchObject({ type: "files.found", files: 1000 });
  });

  test("quiet is quiet", async () => {
    expect((await runPlain(["--quiet"], undefined)).stderr).toBe("");
  });
});

describe.skipIf(!hasTmux)("on a terminal", () => {
  test("it shows what, how far, how fast, how long still and what went wrong; then it is gone", async () => {
    const { stop, screen, shows } = await terminal(80);
    await shows(/worker was lost/);
    await shows(/MB\/s/);
    await shows(/about \d+ s left/);
    const lines = (await screen()).split("\n");
    expect(lines[0]).toBe("before");
    expect(lines[1]).toMatch(/^ analyze demo {3}1,000 files {3}10\.0 MB +0:0\d {2}about \d+ s left$/);
    expect(lines[2]).toMatch(/^ █+░+ +\d+ % +[\d.]+ MB\/s/);
    expect(lines[3]).toMatch(/^ \d\d:\d\d:\d\d {2}local: a worker was lost \(SIGKILL\)$/);
    expect(lines).toHaveLength(4);

    stop();
    await shows(/after/);
    expect(await screen()).toBe("before\nthe result\nafter");
  });

  test("ctrl-C is answered in the picture, and the screen is clean afterwards all the same", async () => {
    const { keys, stop, screen, shows } = await terminal(80);
    await shows(/MB\/s/);
    await keys("C-c");
    await shows(/stopping; ctrl-C again ends it at once/);
    stop();
    await shows(/after/);
    expect(await screen()).toBe("before\nthe result\nafter");
  });

  test("what is said at the very end does not stay on the screen", async () => {
    const { stop, screen, shows } = await terminal(80, "--cancel");
    await shows(/MB\/s/);
    stop();
    await shows(/after/);
    expect(await screen()).toBe("before\nthe result\nafter");
  });

  test("no line is wider than the terminal, and colour is not needed to read it", async () => {
    const { screen, shows } = await terminal(60, "--color");
    await shows(/MB\/s/);
    const lines = (await screen()).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(60);
    expect(lines[1]).toMatch(/analyze demo/);
    // oxlint-disable-next-line no-control-regex
    expect(await screen("-e")).toMatch(/\u001B\[/);
  });
});
