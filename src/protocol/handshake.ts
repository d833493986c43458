import { ProtocolError } from "./errors.ts";
import { isRecord } from "./shape.ts";

/** Versions of frames and messages that this code speaks, newest first. */
export const protocolVersions: readonly number[] = [1];
/** First word of every line that is meant for us amid whatever a login shell prints. */
export const magic = "CAELUM1";
const maxNoiseBytes = 64 * 1024;

/** What the agent says about itself before anything else. */
export interface Hello {
  protocols: number[];
  /** Compression it can do, best first: `zstd`, `brotli`. */
  compression: string[];
  /** Version of Node it runs on, without `v`. */
  node: string;
  pid: number;
  /** The Node it runs on, absolute. */
  program: string;
  /** Its folder, absolute: blobs lie below it. */
  home: string;
  platform: string;
  arch: string;
  cores: number;
  /** Bytes. */
  memory: number;
}

export function helloLine(nonce: string, hello: Hello): string {
  return `${magic} ${nonce} HELLO ${JSON.stringify(hello)}\n`;
}

/** What both ends use from here on. Throws a ProtocolError if they share no version. */
export function negotiate(
  hello: Hello,
  own: { compression: readonly string[] },
): { protocol: number; compression: string } {
  const protocol = protocolVersions.find((version) => hello.protocols.includes(version));
  if (protocol === undefined) {
    throw new ProtocolError(
      `the agent speaks protocol ${hello.protocols.join(", ")}, we speak ${protocolVersions.join(", ")}`,
    );
  }
  return {
    protocol,
    compression: own.compression.find((name) => hello.compression.includes(name)) ?? "none",
  };
}

/** A line for us: `CAELUM1 <nonce> <word> <rest>`. */
export interface MarkedLine {
  word: string;
  rest: string;
}

/**
 * Reads what a host prints until the first line that carries our magic and nonce. Banners, prompts and noisy
 * .bashrc files may come before; nothing else may come after it but frames.
 */
export class LineScanner {
  readonly #nonce: string;
  readonly #decoder = new TextDecoder();
  #held = new Uint8Array(0);

  constructor(nonce: string) {
    this.#nonce = nonce;
  }

  /** The line and the bytes behind it, or undefined while it has not come. Throws after 64 KiB of noise. */
  push(chunk: Uint8Array): { line: MarkedLine; rest: Uint8Array } | undefined {
    const bytes = new Uint8Array(this.#held.length + chunk.length);
    bytes.set(this.#held);
    bytes.set(chunk, this.#held.length);
    let start = 0;
    for (let end = bytes.indexOf(10, start); end >= 0; end = bytes.indexOf(10, start)) {
      const line = this.#parse(this.#decoder.decode(bytes.subarray(start, end)));
      if (line !== undefined) return { line, rest: bytes.subarray(end + 1) };
      start = end + 1;
    }
    if (bytes.length > maxNoiseBytes) {
      throw new ProtocolError(
        `more than ${maxNoiseBytes / 1024} KiB of other output before the agent's first line`,
      );
    }
    // All of it is kept, lines that were not ours too: a host that never answers is explained by what it said.
    this.#held = bytes;
    return undefined;
  }

  /** What came so far, for an error message: printable, at most 400 characters. */
  get noise(): string {
    const text = this.#decoder.decode(this.#held).replace(/[^\P{Cc}\n]/gu, "");
    return text.length > 400 ? `…${text.slice(-400)}` : text;
  }

  #parse(line: string): MarkedLine | undefined {
    // A prompt or an unfinished line of a banner may stand in front of ours.
    const at = line.indexOf(`${magic} ${this.#nonce} `);
    if (at < 0) return undefined;
    const text = line.slice(at + magic.length + this.#nonce.length + 2).replace(/\r$/, "");
    const space = text.indexOf(" ");
    return space < 0 ? { word: text, rest: "" } : { word: text.slice(0, space), rest: text.slice(space + 1) };
  }
}

export function parseHello(text: string): Hello {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError("the agent's hello is not JSON");
  }
  if (!isRecord(value)) throw new ProtocolError("the agent's hello is not an object");
  const { protocols, compression, node, pid, program, home, platform, arch, cores, memory } = value;
  const numbers = Array.isArray(protocols) && protocols.every((item) => typeof item === "number");
  const names = Array.isArray(compression) && compression.every((item) => typeof item === "string");
  if (!numbers || !names) throw new ProtocolError("the agent's hello names no protocols");
  return {
    protocols: protocols,
    compression: compression,
    node: textOf(node, "node"),
    pid: numberOf(pid, "pid"),
    program: textOf(program, "program"),
    home: textOf(home, "home"),
    platform: textOf(platform, "platform"),
    arch: textOf(arch, "arch"),
    cores: numberOf(cores, "cores"),
    memory: numberOf(memory, "memory"),
  };
}

function textOf(value: unknown, field: string): string {
  if (typeof value !== "string") throw new ProtocolError(`"${field}" of the agent's hello is not a text`);
  return value;
}

function numberOf(value: unknown, field: string): number {
  if (typeof value !== "number") throw new ProtocolError(`"${field}" of the agent's hello is not a number`);
  return value;
}
