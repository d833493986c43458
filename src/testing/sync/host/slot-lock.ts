import {
  lstatSync,
  lutimesSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";

const beatMs = 5000;
/** A holder that has not been heard of for so long is gone, even if its process id is in use. */
const silentMs = 60_000;

/** Beside a slot. */
export function lockFile(slotFolder: string): string {
  return `${slotFolder}.lock`;
}

/** Stands beside a lock while one that is stale is cleared away. */
export const staleGuard = ".stale";

/** Held by one process at a time; what a killed process left behind is taken over. */
export class SlotLock {
  readonly #file: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(file: string) {
    this.#file = file;
    this.#timer = setInterval(() => {
      try {
        const now = new Date();
        lutimesSync(file, now, now);
      } catch {
        // Somebody removed it by hand; the next holder cannot be told.
      }
    }, beatMs).unref();
  }

  /** Undefined: somebody else holds it. */
  static acquire(file: string): SlotLock | undefined {
    if (claim(file)) return new SlotLock(file);
    if (!isStale(file)) return undefined;
    // Only one may clear it away: who comes second would remove the lock of who came first.
    const guard = `${file}${staleGuard}`;
    if (isStale(guard)) rmSync(guard, { recursive: true, force: true });
    if (!claim(guard)) return undefined;
    try {
      if (!isStale(file)) return undefined;
      rmSync(file, { force: true });
      return claim(file) ? new SlotLock(file) : undefined;
    } finally {
      rmSync(guard, { force: true });
    }
  }

  release(): void {
    clearInterval(this.#timer);
    rmSync(this.#file, { force: true });
  }
}

/**
 * Says who made the file, from the moment it is there: a link is made whole or not at all, while a process may be killed
 * between the making of a file and its first byte. Where there are no links (Windows, FAT) it is a file.
 */
function claim(file: string): boolean {
  const identity = identityOf(process.pid);
  try {
    symlinkSync(identity, file);
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
  }
  try {
    writeFileSync(file, identity, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
}

function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EEXIST";
}

function holderOf(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    // A file, or gone.
  }
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function isStale(file: string): boolean {
  const holder = holderOf(file);
  if (holder === undefined) return false;
  const age = ageOf(file);
  const pid = Number(holder.split(" ", 1)[0]);
  // Made a moment ago and not written yet, or by a shell.
  if (!Number.isInteger(pid) || pid <= 0) return age > beatMs;
  return age > silentMs || !isAlive(pid) || identityOf(pid) !== holder;
}

/** Process ids come again soon in containers; with the time of its start (`man 5 proc`, field 22) one is unlike others. */
export function identityOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const startedAt = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${pid} ${startedAt}`;
  } catch {
    return String(pid);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function ageOf(file: string): number {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}
