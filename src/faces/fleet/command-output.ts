import type { Writable } from "node:stream";
import { isUtf8 } from "node:buffer";
import { once } from "node:events";
import type { CommandExit, RunEvent } from "#agents";
import { seconds } from "../format.ts";
import { withoutHost } from "./failures.ts";
import { shownText } from "./shown-text.ts";

export interface OutputFace {
  stdout: Writable;
  stderr: Writable;
  /** On a terminal hosts must not move the cursor, change colours or set titles. */
  stdoutIsTerminal: boolean;
  stderrIsTerminal: boolean;
  /** Columns of the prefix: the longest name of a host. */
  nameWidth: number;
}

type OutputEvent = Extract<RunEvent, { type: "output" }>;

/** A line that does not end is shown in parts of this size. */
const longLine = 64 * 1024;

/** Output line by line, each behind its host's name: `desk | …`. What is printed on stderr stays there. */
export function prefixedOutput(face: OutputFace): (event: RunEvent) => Promise<void> {
  const held = new Map<string, Buffer>();
  const prefix = (host: string): string => `${host.padEnd(face.nameWidth)} | `;
  const flush = async (host: string): Promise<void> => {
    for (const stream of ["stdout", "stderr"] as const) {
      const rest = held.get(`${stream} ${host}`);
      held.delete(`${stream} ${host}`);
      if (rest !== undefined && rest.length > 0) await writeTo(face, stream, prefix(host), rest);
    }
  };
  return async (event) => {
    const { host } = event;
    if (event.type === "output") {
      const key = `${event.stream} ${host}`;
      const bytes = Buffer.concat([held.get(key) ?? Buffer.alloc(0), event.bytes]);
      const ended = bytes.lastIndexOf(10) + 1;
      const end = bytes.length - ended > longLine ? bytes.length : ended;
      // A copy: the rest must not keep the whole of a large chunk alive.
      held.set(key, Buffer.from(bytes.subarray(end)));
      if (end > 0) await writeTo(face, event.stream, prefix(host), bytes.subarray(0, end));
      return;
    }
    await flush(host);
    const note = noteOf(event);
    if (note !== undefined) await write(face.stderr, `${prefix(host)}${note}\n`);
  };
}

/** So much of a host's output is held here until its turn has come; more waits on the host. */
const heldBytes = 8 * 1024 * 1024;

/** One host's output after the other's: the first that says something goes first, and is shown as it comes. */
export function groupedOutput(face: OutputFace): (event: RunEvent) => Promise<void> {
  const order: string[] = [];
  const groups = new Map<string, Group>();
  const show = async (event: RunEvent): Promise<void> => {
    if (event.type === "output") return writeTo(face, event.stream, "", event.bytes);
    const note = noteOf(event);
    if (note !== undefined) await write(face.stderr, `${event.host}: ${note}\n`);
  };
  const advance = async (): Promise<void> => {
    for (let group = groups.get(order[0] ?? ""); group !== undefined; group = groups.get(order[0] ?? "")) {
      if (!group.begun) {
        group.begun = true;
        await write(face.stdout, `── ${order[0]}\n`);
      }
      for (let event = group.events.shift(); event !== undefined; event = group.events.shift())
        await show(event);
      group.bytes = 0;
      for (const resume of group.waiting.splice(0)) resume();
      if (!group.ended) return;
      order.shift();
    }
  };
  // One after the other, so that what is being written is never cut in two.
  let queue = Promise.resolve();
  return (event) => {
    const { host } = event;
    const group = groups.get(host) ?? newGroup();
    if (!groups.has(host)) order.push(host);
    groups.set(host, group);
    group.events.push(event);
    if (event.type === "output") group.bytes += event.bytes.length;
    else group.ended = true;
    queue = queue.then(advance);
    if (order[0] === host || group.bytes < heldBytes) return queue;
    return new Promise((resolve) => {
      group.waiting.push(resolve);
    });
  };
}

interface Group {
  events: RunEvent[];
  bytes: number;
  begun: boolean;
  ended: boolean;
  waiting: (() => void)[];
}

function newGroup(): Group {
  return { events: [], bytes: 0, begun: false, ended: false, waiting: [] };
}

/** One line of JSON for each chunk and each end. What is not UTF-8 comes as `base64` in place of `text`. */
export function jsonOutput(stdout: Writable): (event: RunEvent) => Promise<void> {
  const held = new Map<string, Uint8Array>();
  const tell = (value: unknown): Promise<void> => write(stdout, `${JSON.stringify(value)}\n`);
  const tellBytes = (host: string, stream: string, bytes: Uint8Array): Promise<void> => {
    const buffer = Buffer.from(bytes);
    const content = isUtf8(buffer)
      ? { text: buffer.toString("utf8") }
      : { base64: buffer.toString("base64") };
    return tell({ type: "output", host, stream, ...content });
  };
  return async (event) => {
    const { type, host } = event;
    if (type === "output") {
      const key = `${event.stream} ${host}`;
      const bytes = Buffer.concat([held.get(key) ?? Buffer.alloc(0), event.bytes]);
      const end = bytes.length - unfinished(bytes);
      held.set(key, Buffer.from(bytes.subarray(end)));
      if (end > 0) await tellBytes(host, event.stream, bytes.subarray(0, end));
      return;
    }
    for (const stream of ["stdout", "stderr"]) {
      const rest = held.get(`${stream} ${host}`);
      if (rest !== undefined && rest.length > 0) await tellBytes(host, stream, rest);
    }
    await tell(event);
  };
}

/** Bytes at the end that begin a character of UTF-8 and do not complete it. */
export function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0;
    if (length > 0) return length > back ? back : 0;
  }
  return 0;
}

function noteOf(event: Exclude<RunEvent, OutputEvent>): string | undefined {
  if (event.type === "unreachable") {
    const { message, hint } = event.error;
    return `${shownText(withoutHost(event.host, message))}${hint === undefined ? "" : `; try: ${shownText(hint)}`}`;
  }
  return howItEnded(event);
}

/** Undefined when all is well. */
function howItEnded({ code, signal, timedOut, ms, message }: CommandExit): string | undefined {
  if (message !== undefined) return shownText(message);
  if (timedOut) return `ended after ${seconds(ms)}: its time was over`;
  if (signal !== undefined) return `ended by ${signal} after ${seconds(ms)}`;
  return code === 0 ? undefined : `exit code ${code ?? "unknown"} after ${seconds(ms)}`;
}

/** Every line behind the prefix; without a terminal its bytes are what the host said. */
async function writeTo(
  face: OutputFace,
  stream: OutputEvent["stream"],
  prefix: string,
  bytes: Uint8Array,
): Promise<void> {
  const isTerminal = stream === "stdout" ? face.stdoutIsTerminal : face.stderrIsTerminal;
  const said = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Latin-1 keeps every byte as it is.
  const text = isTerminal ? shownText(said.toString("utf8"), { lines: true }) : said.toString("latin1");
  const lines = prefix === "" ? text : withPrefix(text, isTerminal ? prefix : bytesOf(prefix));
  await write(face[stream], isTerminal ? lines : Buffer.from(lines, "latin1"));
}

function withPrefix(text: string, prefix: string): string {
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  return `${body
    .split("\n")
    .map((line) => prefix + line)
    .join("\n")}\n`;
}

function bytesOf(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** Waits until the reader has taken it, so that nothing piles up here. */
async function write(stream: Writable, content: string | Buffer): Promise<void> {
  if (!stream.write(content) && !stream.destroyed)
    await Promise.race([once(stream, "drain"), once(stream, "close")]);
}
