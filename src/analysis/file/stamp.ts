import type { Stats } from "node:fs";

/**
 * What was written more recently may be written again without its time stamps showing it: file systems count time in
 * steps, of up to 2 s. As in git's index; a minute bears with a server whose clock is behind ours, too.
 */
const SETTLED_MS = 60_000;

/**
 * What tells a file's content from any other that its path has had, or will have, without reading it. Undefined: nothing
 * does, since it was written a moment ago. `now` is when the file was looked at, which is before it is read.
 */
export function stampOf(stats: Stats, now: number): string | undefined {
  const { mtimeMs, ctimeMs, size, ino, dev } = stats;
  // ctime: a tool may set the old modification time again. mtime: not every file system has the other.
  if (Math.max(mtimeMs, ctimeMs) > now - SETTLED_MS) return undefined;
  return `${mtimeMs} ${ctimeMs} ${size} ${ino} ${dev}`;
}
