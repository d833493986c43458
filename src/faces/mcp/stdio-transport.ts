import type { Readable, Writable } from "node:stream";
import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
  type Transport,
} from "@modelcontextprotocol/server";

/** A longer line is no request; it is thrown away without being kept. */
const maxLineBytes = 10_000_000;
/** Answers that the client has not read yet: above this nothing more is read from it. */
const maxUnreadBytes = 16_000_000;

/** So much is written at once, whatever comes after it. About what a pipe holds. */
const fullBytes = 64_000;

const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;

/**
 * One JSON message a line. What is no message is answered with an error and forgotten; the connection goes on. A client
 * that does not read its answers is not read from either.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #onEnd: () => void;
  #line: Buffer[] = [];
  #length = 0;
  /** Inside a line that is too long already. */
  #skipping = false;
  #closed = false;
  /** Messages that are written together: each write is a call of the system. */
  #unwritten = "";
  #flushing: NodeJS.Immediate | undefined;

  /** `onEnd` is called once when the connection is over, whoever ended it. */
  constructor(input: Readable, output: Writable, onEnd: () => void) {
    this.#input = input;
    this.#onEnd = onEnd;
    this.#output = output;
  }

  start(): Promise<void> {
    this.#input.on("data", this.#read);
    this.#input.on("end", this.#end);
    this.#input.on("close", this.#end);
    this.#input.on("error", this.#end);
    this.#output.on("error", this.#end);
    this.#output.on("drain", () => this.#input.resume());
    return Promise.resolve();
  }

  send(message: JSONRPCMessage): Promise<void> {
    if (this.#closed) return Promise.reject(new Error("the connection is closed"));
    this.#write(message);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#end();
    return Promise.resolve();
  }

  /** At the end of this turn of the event loop, so that what was asked together is answered together. */
  #write(message: unknown): void {
    this.#unwritten += `${JSON.stringify(message)}\n`;
    if (this.#unwritten.length >= fullBytes) this.#flush();
    else this.#flushing ??= setImmediate(() => this.#flush());
  }

  #flush(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    if (this.#unwritten === "") return;
    this.#output.write(this.#unwritten);
    this.#unwritten = "";
    if (this.#output.writableLength > maxUnreadBytes) this.#input.pause();
  }

  readonly #end = (): void => {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    this.#input.off("data", this.#read);
    this.#input.pause();
    this.#line = [];
    this.onclose?.();
    this.#onEnd();
  };

  readonly #read = (chunk: Buffer): void => {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#take(chunk.subarray(start, end));
      this.#finish();
      start = end + 1;
    }
    this.#take(chunk.subarray(start));
  };

  #take(part: Buffer): void {
    if (this.#skipping || part.length === 0) return;
    this.#length += part.length;
    this.#line.push(part);
    if (this.#length <= maxLineBytes) return;
    this.#skipping = true;
    this.#line = [];
  }

  #finish(): void {
    const { length } = this.#line;
    const line = length === 1 ? this.#line[0]! : Buffer.concat(this.#line);
    const tooLong = this.#skipping;
    this.#line = [];
    this.#length = 0;
    this.#skipping = false;
    if (tooLong) {
      this.#refuse(INVALID_REQUEST, `a message is longer than ${maxLineBytes} bytes`);
      return;
    }
    const text = line.toString("utf8").trim();
    if (text === "") return;
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      this.#refuse(PARSE_ERROR, "a line is not JSON");
      return;
    }
    if (isMessage(message)) this.onmessage?.(message);
    else
      this.#refuse(INVALID_REQUEST, "a line is no message of MCP: see id, params and _meta", idOf(message));
  }

  #refuse(code: number, message: string, id: string | number | null = null): void {
    this.onerror?.(new Error(message));
    this.#write({ jsonrpc: "2.0", id, error: { code, message } });
  }
}

const clientInfoKey = "io.modelcontextprotocol/clientInfo";

/** What the protocol would drop without a word is none: whoever sent it would wait for ever. */
function isMessage(value: unknown): value is JSONRPCMessage {
  if (isJSONRPCRequest(value)) return hasPlainClientInfo(value.params?._meta);
  return isJSONRPCNotification(value) || isJSONRPCResponse(value);
}

/** The protocol's schema for requests does not look at it, and what reads it later refuses in silence. */
function hasPlainClientInfo(meta: Readonly<Record<string, unknown>> | undefined): boolean {
  const info = meta?.[clientInfoKey];
  if (info === undefined) return true;
  if (typeof info !== "object" || info === null) return false;
  const { name, version } = info as Record<string, unknown>;
  return typeof name === "string" && typeof version === "string";
}

function idOf(value: unknown): string | number | null {
  if (typeof value !== "object" || value === null || !("id" in value)) return null;
  return typeof value.id === "string" || typeof value.id === "number" ? value.id : null;
}
