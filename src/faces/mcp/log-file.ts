import { appendFileSync, renameSync, statSync } from "node:fs";
import path from "node:path";
import { makeFolder, redact } from "#kernel";

const maxBytes = 5_000_000;

/** A log that people read when a client hides stderr: one line each, in a file that is renamed when it grows too long. */
export function logTo(file: string, write: (text: string) => void): (text: string) => void {
  let works = true;
  try {
    makeFolder(path.dirname(file), 0o700);
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxBytes) renameSync(file, `${file}.1`);
  } catch {
    works = false; // no home folder, or a full disk: stderr has it
  }
  return (text) => {
    const line = `${new Date().toISOString()} ${process.pid} ${redact(text).replaceAll(/\s*\n\s*/g, " | ")}\n`;
    write(line);
    if (!works) return;
    try {
      appendFileSync(file, line, { mode: 0o600 });
    } catch {
      works = false;
    }
  };
}
