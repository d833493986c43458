import { existsSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";

/** How a page kept up with a person. Times in milliseconds. */
export interface Watched {
  /** The longest that its main thread did nothing else, in time on its core: other programs disturb that little. */
  longest: number;
  /** The same by the clock. */
  longestWall: number;
  /** Tasks that took more than 100 on the core. */
  long: number;
  /** 95th percentile of the time from one frame to the next. */
  frame: number;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds: by the clock, on the core. */
  dur?: number;
  tdur?: number;
  args?: { name?: string };
}

/** Records with the browser's own tracing (Chrome DevTools Protocol, domain Tracing) what the page's main thread does meanwhile. */
export async function watchTasks(page: Page, act: () => Promise<void>): Promise<Watched> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["disabled-by-default-devtools.timeline", "__metadata"] },
  });
  await page.evaluate(FRAMES);
  await act();
  await page.waitForTimeout(400);
  const frames = await page.evaluate<number[]>("globalThis.frames_ ?? []");
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.end");
  await complete;
  await session.detach();
  const mains = new Set(
    events
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = events.filter(({ name, pid, tid }) => name === "RunTask" && mains.has(`${pid} ${tid}`));
  const cpu = tasks.map(({ tdur = 0 }) => tdur / 1000);
  const sorted = frames.toSorted((a, b) => a - b);
  return {
    longest: Math.max(0, ...cpu),
    longestWall: Math.max(0, ...tasks.map(({ dur = 0 }) => dur / 1000)),
    long: cpu.filter((ms) => ms > 100).length,
    frame: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
  };
}

/** Runs in the page: from one frame to the next. */
const FRAMES = `
  globalThis.frames_ = [];
  let last;
  requestAnimationFrame(function frame(now) {
    if (last !== undefined) globalThis.frames_.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  });
`;

/** Path of a Chromium on this machine. Throws where there is none. */
export function browserProgram(): string {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  for (const name of ["chromium", "chromium-browser", "google-chrome"])
    for (const folder of folders) if (existsSync(path.join(folder, name))) return path.join(folder, name);
  throw new Error("there is no chromium on this machine: apt-get install chromium");
}
