import { once } from "node:events";
import type { Writable } from "node:stream";

/** Bytes gathered before a write: each costs a turn of the event loop, or a way to a thread and back. */
const CHUNK_BYTES = 1 << 18;
/** UTF-8 of a UTF-16 code unit, at most. */
const BYTES_PER_UNIT = 3;

/** Gathers text and bytes, and gives them to a stream in large pieces and no faster than it takes them. */
export class ChunkedWriter {
  readonly #stream: Writable;
  readonly #signal: AbortSignal;
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #filled = 0;
  /** Chunks that the stream has done with. */
  readonly #free: Buffer<ArrayBuffer>[] = [];

  constructor(stream: Writable, signal: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
  }

  text(text: string): this {
    const most = text.length * BYTES_PER_UNIT;
    if (most > CHUNK_BYTES) return this.bytes(Buffer.from(text));
    if (this.#filled + most > CHUNK_BYTES) this.#send();
    this.#filled += this.#chunk.write(text, this.#filled, "utf8");
    return this;
  }

  bytes(bytes: Uint8Array): this {
    if (this.#filled + bytes.length > CHUNK_BYTES) this.#send();
    if (bytes.length > CHUNK_BYTES) this.#stream.write(bytes);
    else {
      this.#chunk.set(bytes, this.#filled);
      this.#filled += bytes.length;
    }
    return this;
  }

  /** True when the stream should be waited for (`pace`) before more is gathered. */
  get isAhead(): boolean {
    return this.#stream.writableNeedDrain;
  }

  /** Waits until the stream takes more. Rejects when the signal is aborted, or with what the stream fails with. */
  async pace(): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.isAhead) await once(this.#stream, "drain", { signal: this.#signal });
  }

  /** `"name":[…]`, an element a line. */
  async array(name: string, elements: Iterable<unknown>, end = ",\n"): Promise<void> {
    let before = `"${name}":[\n`;
    for (const element of elements) {
      this.text(before + JSON.stringify(element));
      if (this.isAhead) await this.pace();
      before = ",\n";
    }
    this.text(before === ",\n" ? `]${end}` : `"${name}":[]${end}`);
  }

  async flush(): Promise<void> {
    this.#send();
    await this.pace();
  }

  #send(): void {
    if (this.#filled === 0) return;
    const chunk = this.#chunk;
    this.#stream.write(chunk.subarray(0, this.#filled), () => void this.#free.push(chunk));
    this.#chunk = this.#free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#filled = 0;
  }
}
