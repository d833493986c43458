import { mkdirSync, readdirSync, renameSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { Slot } from "./slot.ts";
import { lockFile, SlotLock } from "./slot-lock.ts";

/** More runs at once on one tree and host than anybody means to start. */
const maxSlots = 256;
const unusedMs = 30 * 86_400_000;

const hourMs = 3_600_000;
const shortBytes = 2_000_000_000;
const usedName = "used";
const goneMark = ".gone-";

/** One project's folder on this host: `0/`, `1/` … are slots, beside each its index and lock. */
export class Workspace {
  readonly folder: string;

  constructor(base: string, project: string) {
    if (!/^[A-Za-z0-9_-][\w.-]{0,99}$/.test(project))
      throw new Error(`"${project}" is no name of a workspace`);
    this.folder = path.resolve(base, project);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  /** The lowest free ones: they are the warmest. */
  takeSlots(count: number): Slot[] {
    const taken: Slot[] = [];
    for (let number = 0; taken.length < count; number++) {
      if (number >= maxSlots) {
        for (const slot of taken) slot.release();
        throw new Error(`${maxSlots} copies of "${path.basename(this.folder)}" are in use on this host`);
      }
      const lock = SlotLock.acquire(lockFile(path.join(this.folder, String(number))));
      if (lock !== undefined) taken.push(new Slot(number, this.folder, lock));
    }
    return taken;
  }

  /** These and those that others may hold right now: to read from, with care. */
  *allSlots(own: readonly Slot[]): Generator<Slot> {
    yield* own;
    const ours = new Set(own.map(({ number }) => String(number)));
    for (const name of readdirSync(this.folder)) {
      if (/^\d+$/.test(name) && !ours.has(name)) yield new Slot(Number(name), this.folder);
    }
  }

  used(): void {
    writeFileSync(path.join(this.folder, usedName), "");
  }
}

/**
 * Removes workspaces that nobody holds: those unused for a month, and, while all together are larger than `maxBytes`,
 * the longest unused ones. `spared` is about to be used. Looks once an hour, or always where the disk is short: to
 * measure is to walk.
 */
export async function evict(base: string, spared: string, maxBytes: number): Promise<void> {
  const marker = path.join(base, ".looked");
  const lookedAt = modifiedAt(marker);
  const { bavail, bsize } = statfsSync(base);
  if (Date.now() - lookedAt < hourMs && bavail * bsize > shortBytes) return;
  writeFileSync(marker, "");

  const found: { name: string; usedAt: number; bytes: number }[] = [];
  for (const entry of readdirSync(base, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const folder = path.join(base, entry.name);
    if (entry.name.startsWith(goneMark)) await rm(folder, { recursive: true, force: true });
    else found.push({ name: entry.name, usedAt: usedAt(folder), bytes: await bytesBelow(folder) });
  }
  let total = found.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { name, usedAt, bytes } of found.sort((a, b) => a.usedAt - b.usedAt)) {
    if (name === spared || (total <= maxBytes && Date.now() - usedAt < unusedMs)) continue;
    if (await removeUnheld(base, name)) total -= bytes;
  }
}

async function removeUnheld(base: string, name: string): Promise<boolean> {
  const folder = path.join(base, name);
  const locks: SlotLock[] = [];
  const numbers = readdirSync(folder).filter((each) => /^\d+$/.test(each));
  for (const number of numbers) {
    const lock = SlotLock.acquire(lockFile(path.join(folder, number)));
    if (lock !== undefined) locks.push(lock);
  }
  try {
    if (locks.length < numbers.length) return false;
    const gone = path.join(base, `${goneMark}${name}-${process.pid}`);
    renameSync(folder, gone);
    await rm(gone, { recursive: true, force: true, maxRetries: 3 });
    return true;
  } catch {
    return false;
  } finally {
    for (const lock of locks) lock.release();
  }
}

function usedAt(folder: string): number {
  return modifiedAt(path.join(folder, usedName)) || modifiedAt(folder);
}

function modifiedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  const pending = [folder];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    // It may go while we look.
    for (const entry of await readdir(at, { withFileTypes: true }).catch(() => [])) {
      const file = path.join(at, entry.name);
      if (entry.isDirectory()) pending.push(file);
      else if (entry.isFile()) bytes += statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    }
  }
  return bytes;
}
