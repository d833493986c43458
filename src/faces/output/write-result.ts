import { createWriteStream } from "node:fs";
import { access, chmod, constants, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { CaelumError, systemCode, UsageError } from "#kernel";

/** Several of the pieces that reports are written in: the next one is made while the disk takes the last. */
const AHEAD_BYTES = 1 << 20;

/** The file cannot be written: the disk is full, or something about it changed during the run. */
export class OutputError extends CaelumError {
  constructor(file: string, cause: unknown) {
    super("CAELUM_OUTPUT", "incomplete", `"${file}" could not be written`, { cause, data: { file } });
  }
}

/**
 * Before long work: can this file be written when the work is done?
 * @throws UsageError when it cannot
 */
export async function checkWritable(file: string): Promise<void> {
  const present = await stat(file).catch(() => undefined);
  if (present?.isDirectory()) throw new UsageError(`"${file}" is a folder, not a file`);
  const needed = present === undefined || present.isFile() ? path.dirname(file) : file;
  try {
    await access(needed, constants.W_OK);
  } catch (cause) {
    const reason = systemCode(cause) === "ENOENT" ? "does not exist" : "cannot be written to";
    throw new UsageError(`folder "${needed}" ${reason}`, { cause });
  }
}

/**
 * Writes a result so that nobody ever sees half of it: into a temporary file beside the target, which then takes
 * its place. Devices and pipes (`/dev/stdout`) are written to directly.
 * @throws OutputError; the target is then as it was before
 */
export async function writeResult(file: string, write: (stream: Writable) => Promise<void>): Promise<void> {
  const present = await stat(file).catch(() => undefined);
  if (present !== undefined && !present.isFile()) {
    await fill(file, write, "r+").catch((cause: unknown) => Promise.reject(asOutputError(file, cause)));
    return;
  }
  // A symbolic link stays one: its target is replaced.
  const target = present === undefined ? file : await realpath(file);
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`);
  try {
    await fill(temporary, write, "wx");
    if (present !== undefined) await chmod(temporary, present.mode);
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw asOutputError(file, cause);
  }
}

async function fill(file: string, write: (stream: Writable) => Promise<void>, flags: string): Promise<void> {
  const stream = createWriteStream(file, { flags, highWaterMark: AHEAD_BYTES });
  const done = finished(stream);
  // Its error is thrown below; until then it must not count as unhandled.
  done.catch(() => undefined);
  try {
    await Promise.race([write(stream), done]);
    stream.end();
    await done;
  } finally {
    stream.destroy();
  }
}

/** What the writer itself throws (a cancelled run) stays what it is. */
function asOutputError(file: string, cause: unknown): unknown {
  return systemCode(cause) === undefined || cause instanceof CaelumError
    ? cause
    : new OutputError(file, cause);
}
