import { writeSync } from "node:fs";
import { Socket } from "node:net";
import { createInterface } from "node:readline";

// The pipes to our own program: 3 takes what we say, 4 brings requests. Written at once and in order, so that what was
// said stands even if the next line of a test kills this process.

/** @param {object} message */
export function say(message) {
  let bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(3, bytes));
    } catch (error) {
      if (error.code !== "EAGAIN") process.exit(70);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

/**
 * Answers requests one after another and ends when there will be none any more.
 * @param {(request: any) => Promise<void>} answer
 * @param {() => Promise<void>} close
 */
export async function serve(answer, close = async () => {}) {
  // Not a stream of a file: its read would wait in a thread, and a test that calls process.exit() would wait for that.
  const lines = createInterface({ input: new Socket({ fd: 4, readable: true, writable: false }) });
  for await (const line of lines) {
    await answer(JSON.parse(line));
    say({ type: "idle" });
  }
  await close().catch(() => {});
  process.exit(0);
}

/** What cannot go on. */
export function giveUp(error) {
  say({ type: "failed", ...describe(error) });
  process.exit(1);
}

/** Anything thrown, as a failure. @returns {import("../../model.ts").TestFailure} */
export function describe(error) {
  if (error === null || typeof error !== "object") return { message: String(error) };
  const message = typeof error.message === "string" ? error.message : String(error);
  const named =
    error.name === undefined || message.startsWith(error.name) ? message : `${error.name}: ${message}`;
  const stack = typeof error.stack === "string" ? error.stack : "";
  const cause =
    error.cause === undefined || error.cause === error ? "" : `\ncaused by: ${describe(error.cause).details}`;
  return {
    message: named,
    details: (stack.includes(message) ? stack : `${named}\n${stack}`) + cause,
    ...optional("expected", shown(error.expected)),
    ...optional("actual", shown(error.actual)),
  };
}

function optional(key, value) {
  return value === undefined ? {} : { [key]: value };
}

function shown(value) {
  if (value === undefined) return undefined;
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value, undefined, 2);
  } catch {
    return String(value);
  }
}
