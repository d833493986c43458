import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemCode } from "#kernel";

/** How a file was before us, and how we left it. */
export interface Change {
  /** Absolute. */
  file: string;
  /** Base64; absent: there was none. */
  before?: string;
  mode?: number;
  /** SHA-256. */
  after: string;
}

/** What `install` did, kept in the repository's git folder until it is undone. */
export interface Ledger {
  version: 1;
  way: string;
  /** What a person reads: `.husky/pre-push (husky)`. */
  where: string;
  changes: Change[];
}

const name = "caelum-hook.json";

export function readLedger(gitFolder: string): Ledger | undefined {
  try {
    const ledger = JSON.parse(readFileSync(path.join(gitFolder, name), "utf8")) as Ledger;
    return ledger.version === 1 ? ledger : undefined;
  } catch {
    return undefined;
  }
}

export function writeLedger(gitFolder: string, ledger: Ledger): void {
  writeFileSync(path.join(gitFolder, name), `${JSON.stringify(ledger, undefined, 2)}\n`);
}

export function removeLedger(gitFolder: string): void {
  rmSync(path.join(gitFolder, name), { force: true });
}

/** A file as it is; undefined: there is none. */
export function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "")) return undefined;
    throw error;
  }
}

/** Writes a file and says how it was. A new one may be executed. */
export function change(file: string, content: string | Uint8Array): Change {
  const before = contentOf(file);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: 0o755 });
  return changed(file, before);
}

/** The same for a file that somebody else has written. */
export function changed(file: string, before: Buffer | undefined): Change {
  return {
    file,
    ...(before === undefined ? {} : { before: before.toString("base64"), mode: statSync(file).mode & 0o777 }),
    after: sha256(readFileSync(file)),
  };
}

/** Puts the bytes back as they were. False: somebody has changed the file since, and it is as they left it. */
export function undo({ file, before, mode, after }: Change): boolean {
  const now = contentOf(file);
  if (now === undefined) return true;
  if (sha256(now) !== after) return false;
  if (before === undefined) rmSync(file);
  else {
    writeFileSync(file, Buffer.from(before, "base64"));
    if (mode !== undefined) chmodSync(file, mode);
  }
  return true;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
