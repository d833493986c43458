import { createHash, randomBytes } from "node:crypto";
import { blobPath } from "#protocol";
import type { Session } from "../session.ts";
import type { Finding } from "./walk.ts";

/** Enough to tell a slow way, and small enough for it; then enough to measure a fast one. */
const firstBytes = 256 * 1024;
const sampleBytes = 4 * 1024 * 1024;
/** Below this a first run spends its time with sending. MB/s. */
const slow = 1;
/** Nothing of ours depends on clocks; builds and certificates on that host may. */
const clockToleranceMs = 2000;

/** Puts some megabytes that cannot be compressed, gets them back, and removes them. */
export async function measureThroughput(session: Session): Promise<Finding<void>> {
  const first = await putAndGet(session, firstBytes);
  const { up, down } = Math.min(first.up, first.down) < slow ? first : await putAndGet(session, sampleBytes);
  const detail = `${up.toFixed(1)} MB/s up, ${down.toFixed(1)} MB/s down`;
  if (Math.min(up, down) >= slow) return { value: undefined, detail };
  return { value: undefined, detail: `${detail}: a first run will be slow`, state: "warn" };
}

/** Both ways, in megabytes of 10^6 bytes a second. */
async function putAndGet(session: Session, size: number): Promise<{ up: number; down: number }> {
  const bytes = randomBytes(size);
  const sha = createHash("sha256").update(bytes).digest("hex");
  const begun = performance.now();
  await session.putBlobs([{ sha, bytes }]);
  const between = performance.now();
  await session.getBlob(sha);
  const ended = performance.now();
  await remove(session, sha);
  return { up: size / 1000 / (between - begun), down: size / 1000 / (ended - between) };
}

/** What cannot be removed goes with the other blobs some day. */
async function remove(session: Session, sha: string): Promise<void> {
  const { home } = await session.facts();
  if (typeof home !== "string") return;
  const file = `${home}/blobs/${blobPath(sha)}`;
  const isWindows = session.hello.platform === "win32";
  const [program, ...args] = isWindows
    ? ["cmd", "/d", "/c", "del", file.replaceAll("/", "\\")]
    : ["rm", "-f", file];
  const command = await session.exec(program ?? "", args).catch(() => undefined);
  command?.stdout.resume();
  command?.stderr.resume();
  await command?.exited;
}

/** How far the host's clock is from ours, but for half of the way there and back. */
export async function compareClocks(session: Session): Promise<Finding<void>> {
  const before = Date.now();
  const { clock } = await session.facts();
  if (typeof clock !== "number") return { value: undefined, detail: "it does not tell", state: "skipped" };
  const offsetMs = clock - (before + Date.now()) / 2;
  const seconds = Math.abs(offsetMs / 1000);
  const amount = seconds < 100 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
  const detail = `${amount} ${offsetMs < 0 ? "behind" : "ahead"}`;
  if (Math.abs(offsetMs) <= clockToleranceMs) return { value: undefined, detail };
  return {
    value: undefined,
    detail,
    state: "warn",
    hint: "set its clock: timedatectl set-ntp true",
  };
}
