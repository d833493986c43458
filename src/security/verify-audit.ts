import { type KeyObject, verify } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { systemCode } from "#kernel";
import { type AuditFolders, headFile, noHash, publicKey, seal, signedPart } from "./audit-log.ts";
import { AuditError } from "./errors.ts";

/** What was found in one log. */
export interface AuditVerdict {
  file: string;
  /** Lines that are as they were written; with a problem: at most these. */
  entries: number;
  /** What is wrong, and in which line, from 1. Undefined: every line is as it was written, and none is missing. */
  problem?: string;
}

const entrySchema = v.strictObject({
  n: v.number(),
  at: v.string(),
  event: v.record(v.string(), v.unknown()),
  prev: v.string(),
  hash: v.string(),
});
const headSchema = v.object({
  log: v.string(),
  entries: v.number(),
  hash: v.string(),
  at: v.string(),
  signature: v.string(),
});
type Head = v.InferOutput<typeof headSchema>;

/** A server that is writing has announced lines that come in a moment. */
const writingMs = 250;
const lookAgainMs = 20;

/**
 * Checks logs: every line's hash, the chain, and that the signed head says the very same: changed, moved, missing, added
 * and cut off lines show, and logs without a head, and heads without a log. What does not show: a log that has gone
 * together with its head, and what somebody has done who can read the key. @param files default: all logs of the folder.
 * @throws AuditError when it cannot read
 */
export function verifyAudit(folders: AuditFolders, files?: readonly string[]): AuditVerdict[] {
  const key = publicKey(folders);
  const given = files ?? namesIn(folders.logs, ".jsonl").map((name) => path.join(folders.logs, name));
  const verdicts = given.map((file) => verifyAtRest(folders, file, key));
  if (files !== undefined) return verdicts;
  const present = new Set(given.map((file) => path.basename(file)));
  for (const name of namesIn(folders.heads, ".head.json")) {
    const log = name.slice(0, -".head.json".length);
    const file = path.join(folders.logs, log);
    // One that began since the folder was read is not gone.
    if (!present.has(log) && !existsSync(file))
      verdicts.push({ file, entries: 0, problem: "the log is gone" });
  }
  return verdicts;
}

/** Looks again while somebody writes. */
function verifyAtRest(folders: AuditFolders, file: string, key: KeyObject | undefined): AuditVerdict {
  for (;;) {
    const verdict = verifyLog(file, readHead(folders, path.basename(file)), key);
    if (verdict.problem === undefined) return verdict;
    const age = Date.now() - (statSync(headFile(folders, path.basename(file)), once)?.mtimeMs ?? 0);
    if (age < 0 || age > writingMs) return verdict;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lookAgainMs);
  }
}

const once = { throwIfNoEntry: false } as const;

function verifyLog(
  file: string,
  head: Head | "damaged" | undefined,
  key: KeyObject | undefined,
): AuditVerdict {
  const lines = readLines(file);
  if (lines === undefined)
    return { file, entries: 0, problem: "its end is cut off, or it holds what is no text" };
  let prev = noHash;
  let atHead = noHash;
  for (const [at, line] of lines.entries()) {
    const fail = (problem: string): AuditVerdict => ({
      file,
      entries: at,
      problem: `line ${at + 1}: ${problem}`,
    });
    const parsed = v.safeParse(entrySchema, asJson(line));
    if (!parsed.success) return fail("it is no entry");
    const { hash, ...rest } = parsed.output;
    if (rest.n !== at) return fail(`it says that it is entry ${rest.n}, and should be ${at}`);
    if (rest.prev !== prev) return fail("it does not follow the line before");
    // As it was written, to the byte: nothing may hide in white space or in keys that come twice.
    if (seal(rest).hash !== hash || JSON.stringify(parsed.output) !== line) return fail("it was changed");
    prev = hash;
    if (typeof head === "object" && head.entries === at + 1) atHead = hash;
  }
  const fail = (problem: string, entries = 0): AuditVerdict => ({ file, entries, problem });
  if (head === undefined)
    return fail("it has no signed head: the head was removed, or the log is not of here");
  if (head === "damaged") return fail("its head cannot be read");
  if (key === undefined || !verify(null, signedPart(head), key, Buffer.from(head.signature, "base64")))
    return fail("its head was not signed with our key");
  const more = lines.length - head.entries;
  if (more < 0)
    return fail(
      `${-more} lines at the end are missing: they were cut off, or the writer was killed or lost power in that moment`,
    );
  if (atHead !== head.hash) return fail(`it differs from its signed head at line ${head.entries}`);
  if (more > 0) return fail(`the last ${more} lines were not written by us`, head.entries);
  return { file, entries: lines.length };
}

/** Undefined: it is no text that ends with a line feed. */
function readLines(file: string): string[] | undefined {
  try {
    const bytes = readFileSync(file);
    const text = bytes.toString("utf8");
    if (text !== "" && !(text.endsWith("\n") && Buffer.from(text).equals(bytes))) return undefined;
    return text.split("\n").slice(0, -1);
  } catch (error) {
    throw new AuditError(file, systemCode(error) ?? String(error));
  }
}

function readHead(folders: AuditFolders, log: string): Head | "damaged" | undefined {
  try {
    const parsed = v.safeParse(headSchema, asJson(readFileSync(headFile(folders, log), "utf8")));
    return parsed.success && parsed.output.log === log ? parsed.output : "damaged";
  } catch (error) {
    return systemCode(error) === "ENOENT" ? undefined : "damaged";
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string, end: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(end))
      .toSorted();
  } catch {
    return []; // nothing was ever logged
  }
}
