import { Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { systemClock } from "#kernel";
import { showProgress } from "#faces";
import { recordRun, someFiles } from "../test/helpers/faces/recorded-run.ts";
import { Replay } from "../test/helpers/faces/replay.ts";
import { plainHost } from "../test/helpers/schedule/simulate.ts";

/**
 * The part of `dashboard.ts` that is measured. Replays a run over a fleet, with the dashboard drawn on a terminal that counts or with nothing drawn, and prints what
 * the process took. Arguments: hosts, columns, rows, `drawn` or `quiet`.
 */
const [, , hosts = "200", columns = "200", rows = "50", mode = "drawn"] = process.argv;
const warmMs = 5000;
const measuredMs = 20_000;

class CountingTerminal extends Writable {
  readonly isTTY = true;
  readonly columns = Number(columns);
  readonly rows = Number(rows);
  writes = 0;
  bytes = 0;

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.writes++;
    this.bytes += chunk.length;
    done();
  }
}

const models = Array.from({ length: Number(hosts) }, (_, index) =>
  plainHost(`host-${index}`, {
    slots: 2 + (index % 7),
    speed: 100 + (index % 5) * 20,
    faults: index % 20 === 19 ? [{ type: "crash", at: 4000, ms: 3000 }] : [],
  }),
);
const events = recordRun({
  items: someFiles(Number(hosts) * 200, Number(hosts) * 16_000_000),
  hosts: models,
});
const terminal = new CountingTerminal();
const replay = new Replay(events, systemClock);
const progress = showProgress({
  title: "analyze bench",
  events: replay.stream,
  clock: systemClock,
  signal: new AbortController().signal,
  stderr: { stream: terminal as unknown as NodeJS.WriteStream, isTerminal: true, color: true },
  quiet: mode === "quiet",
  env: {},
});
void replay.run();
await wait(warmMs);
const before = {
  cpu: process.cpuUsage(),
  writes: terminal.writes,
  bytes: terminal.bytes,
  at: performance.now(),
};
await wait(measuredMs);
const { user, system } = process.cpuUsage(before.cpu);
console.log(
  JSON.stringify({
    cpuMs: (user + system) / 1000,
    wallMs: performance.now() - before.at,
    writes: terminal.writes - before.writes,
    bytes: terminal.bytes - before.bytes,
    events: events.filter(({ at }) => at >= warmMs && at < warmMs + measuredMs).length,
  }),
);
replay.stop();
await progress.stop();
process.exit();
