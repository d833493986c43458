import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { makeFolder, runId, systemCode } from "#kernel";
import { AuditError } from "./errors.ts";

/** One line of an audit log. `hash` is over everything before it, and so over all lines before. */
export interface AuditEntry {
  n: number;
  at: string;
  /** What was done: JSON, small, without secrets. */
  event: Readonly<Record<string, unknown>>;
  /** `hash` of the line before; 64 zeros in the first. */
  prev: string;
  hash: string;
}

/**
 * What a log holds, written before its lines are: kept in another folder and signed, since whoever changes a chain can
 * make it anew, and its end may be cut off.
 */
export interface AuditHead {
  log: string;
  entries: number;
  /** Of the last line. */
  hash: string;
  at: string;
  /** Base64 of an Ed25519 signature of the other fields. */
  signature: string;
}

export interface AuditFolders {
  /** Where logs lie. */
  logs: string;
  /** Where heads and the key lie. */
  heads: string;
}

export const noHash = "0".repeat(64);
/** What need not be durable is written together with what else happens until then. */
const batchMs = 20;

/** Where audit logs lie for a state folder and a configuration folder. */
export function auditFolders(state: string, configuration: string): AuditFolders {
  return { logs: path.join(state, "audit"), heads: path.join(configuration, "audit") };
}

/**
 * A log that only grows, of one process: hash-chained JSON lines (SHA-256). Before lines are written, a signed head says
 * what the log will hold then: so there is never a line that no head covers. Nothing that fails here is silent: whoever
 * acts asks for `durable` and gets the error.
 */
export class AuditLog {
  readonly #folders: AuditFolders;
  #file: string;
  #descriptor: number | undefined;
  #last = { entries: 0, hash: noHash };
  /** What the file holds for certain. */
  #written = { entries: 0, hash: noHash, bytes: 0 };
  #key: KeyObject | undefined;
  #failure: AuditError | undefined;
  #waiting = "";
  /** Events that wait, and those that could not be written since something was. */
  #events = 0;
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(folders: AuditFolders, now: number) {
    this.#folders = folders;
    this.#file = fileFor(folders, now);
  }

  /** Absolute; another one after a failure. */
  get file(): string {
    return this.#file;
  }

  /** @param durable it is on the disk when this returns. @throws AuditError */
  append(event: Readonly<Record<string, unknown>>, durable = false): void {
    if (this.#failure !== undefined) this.#beginAnew();
    this.#events++;
    try {
      this.#add(event);
      if (durable) this.#flush(true);
      else this.#timer ??= setTimeout(() => this.#flushLater(), batchMs);
    } catch (error) {
      throw this.#fail(error);
    }
  }

  #add(event: Readonly<Record<string, unknown>>): void {
    const { entries: n, hash: prev } = this.#last;
    const entry = seal({ n, at: new Date().toISOString(), event, prev });
    this.#last = { entries: n + 1, hash: entry.hash };
    this.#waiting += `${JSON.stringify(entry)}\n`;
  }

  close(): void {
    this.#flushLater();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** The next one who appends hears of it. */
  #flushLater(): void {
    try {
      this.#flush(false);
    } catch (error) {
      this.#fail(error);
    }
  }

  #flush(durable: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const bytes = Buffer.from(this.#waiting);
    if (bytes.length === 0) return;
    this.#writeHead(this.#last, durable);
    this.#descriptor ??= this.#open();
    // A full disk may take a part of it.
    if (writeSync(this.#descriptor, bytes) !== bytes.length) throw new Error("the disk is full");
    if (durable) fdatasyncSync(this.#descriptor);
    this.#waiting = "";
    this.#events = 0;
    this.#lost = 0;
    this.#written = { ...this.#last, bytes: this.#written.bytes + bytes.length };
  }

  #fail(error: unknown): AuditError {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = "";
    this.#lost += this.#events;
    this.#events = 0;
    this.#failure = new AuditError(this.file, systemCode(error) ?? String(error));
    this.#takeBack();
    return this.#failure;
  }

  /** What could not be written whole is no part of the log. */
  #takeBack(): void {
    try {
      if (this.#descriptor !== undefined) ftruncateSync(this.#descriptor, this.#written.bytes);
      if (this.#written.entries > 0) this.#writeHead(this.#written, false);
      else {
        rmSync(headFile(this.#folders, path.basename(this.file)), { force: true });
        rmSync(this.file, { force: true });
      }
    } catch {
      // Then it does not pass, which is true: lines that were announced are missing.
    }
  }

  #open(): number {
    makeFolder(this.#folders.logs, 0o700);
    return openSync(this.file, "ax", 0o600);
  }

  /** After a failure the log goes on in a new file, which says so, and how many lines are nowhere. */
  #beginAnew(): void {
    const before = path.basename(this.file);
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#file = fileFor(this.#folders, Date.now());
    this.#descriptor = undefined;
    this.#last = { entries: 0, hash: noHash };
    this.#written = { ...this.#last, bytes: 0 };
    this.#failure = undefined;
    this.#add({ type: "continued", from: before, lost: this.#lost });
  }

  #writeHead({ entries, hash }: { entries: number; hash: string }, durable: boolean): void {
    makeFolder(this.#folders.heads, 0o700);
    this.#key ??= privateKey(path.join(this.#folders.heads, "key.pem"));
    const log = path.basename(this.file);
    const head = { log, entries, hash, at: new Date().toISOString() };
    const signature = sign(null, signedPart(head), this.#key).toString("base64");
    const target = headFile(this.#folders, log);
    const text = `${JSON.stringify({ ...head, signature })}\n`;
    writeFileSync(`${target}.tmp`, text, { mode: 0o600, flush: durable });
    renameSync(`${target}.tmp`, target);
  }
}

/** Where the head of a log lies. */
export function headFile({ heads }: AuditFolders, log: string): string {
  return path.join(heads, `${log}.head.json`);
}

function fileFor({ logs }: AuditFolders, now: number): string {
  return path.join(logs, `${runId(now)}.jsonl`);
}

export function seal(entry: Omit<AuditEntry, "hash">): AuditEntry {
  return { ...entry, hash: createHash("sha256").update(JSON.stringify(entry)).digest("hex") };
}

export function signedPart({ log, entries, hash, at }: Omit<AuditHead, "signature">): Buffer {
  return Buffer.from(JSON.stringify([log, entries, hash, at]));
}

/** Undefined: no log was ever signed here. */
export function publicKey(folders: AuditFolders): KeyObject | undefined {
  try {
    return createPublicKey(readFileSync(path.join(folders.heads, "key.pem")));
  } catch {
    return undefined;
  }
}

function privateKey(file: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
  const { privateKey: made } = generateKeyPairSync("ed25519");
  try {
    writeFileSync(file, made.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
    return made;
  } catch (error) {
    // Another server was faster.
    if (systemCode(error) !== "EEXIST") throw error;
    return createPrivateKey(readFileSync(file));
  }
}
