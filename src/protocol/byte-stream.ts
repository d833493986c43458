import { maxPayload } from "./frame.ts";
import { ProtocolError } from "./errors.ts";

/** Bytes one side may send on a stream before the other says it has consumed some. */
export const streamWindow = 1024 * 1024;

export interface StreamHandlers {
  /** Credit goes back when this returns, or when its promise settles: a slow reader slows the writer. */
  data(bytes: Uint8Array): void | Promise<void>;
  end?(): void;
  /** The other side gave up, or the connection ended. */
  reset?(reason: string): void;
}

/** What a stream needs of its connection. */
export interface StreamPort {
  wantsToSend(stream: ByteStream): void;
  sendCredit(id: number, bytes: number): void;
  sendReset(id: number, reason: string): void;
  forget(id: number): void;
}

/** One of the byte streams of a connection: both directions, each with its own window and end. */
export class ByteStream {
  readonly id: number;
  /** Pieces that the connection sends without trying to make them smaller: the one before them would not be. */
  plainPieces = 0;
  readonly #port: StreamPort;
  readonly #handlers: StreamHandlers;
  #outgoing: { bytes: Uint8Array; sent: () => void }[] = [];
  #sendable = streamWindow;
  #receivable = streamWindow;
  #consumed = 0;
  #ending = false;
  #endSent = false;
  #endSeen = false;
  #over = false;

  constructor(id: number, handlers: StreamHandlers, port: StreamPort) {
    this.id = id;
    this.#handlers = handlers;
    this.#port = port;
  }

  /** Resolves when the bytes are on their way; also when the stream is over, since nobody will read them. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#over || this.#ending || bytes.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#outgoing.push({ bytes, sent: resolve });
      this.#port.wantsToSend(this);
    });
  }

  end(): void {
    if (this.#over || this.#ending) return;
    this.#ending = true;
    this.#port.wantsToSend(this);
  }

  /** Gives the stream up in both directions. */
  reset(reason: string): void {
    if (this.#over) return;
    this.#port.sendReset(this.id, reason);
    this.#finish();
  }

  /** For the connection: the next piece to send, `"end"`, or undefined while it has to wait. */
  take(): Uint8Array | "end" | undefined {
    const first = this.#outgoing[0];
    if (first === undefined) {
      if (!this.#ending || this.#endSent) return undefined;
      this.#endSent = true;
      this.#finishIfBothEnded();
      return "end";
    }
    const size = Math.min(maxPayload, this.#sendable, first.bytes.length);
    if (size === 0) return undefined;
    this.#sendable -= size;
    const piece = first.bytes.subarray(0, size);
    if (size === first.bytes.length) {
      this.#outgoing.shift();
      first.sent();
    } else first.bytes = first.bytes.subarray(size);
    return piece;
  }

  receiveData(bytes: Uint8Array): void {
    if (this.#endSeen) throw new ProtocolError(`stream ${this.id} goes on after its end`);
    this.#receivable -= bytes.length;
    if (this.#receivable < 0) throw new ProtocolError(`stream ${this.id} sends more than its window`);
    const consumed = this.#handlers.data(bytes);
    if (consumed === undefined) this.#giveCredit(bytes.length);
    else {
      consumed.then(
        () => this.#giveCredit(bytes.length),
        (error: unknown) => this.reset(error instanceof Error ? error.message : String(error)),
      );
    }
  }

  receiveEnd(): void {
    if (this.#endSeen) throw new ProtocolError(`stream ${this.id} ends twice`);
    this.#endSeen = true;
    this.#handlers.end?.();
    this.#finishIfBothEnded();
  }

  receiveReset(reason: string): void {
    if (this.#over) return;
    this.#finish();
    this.#handlers.reset?.(reason);
  }

  receiveCredit(bytes: number): void {
    this.#sendable += bytes;
    if (this.#sendable > streamWindow)
      throw new ProtocolError(`stream ${this.id} gets more credit than it used`);
    this.#port.wantsToSend(this);
  }

  #giveCredit(bytes: number): void {
    if (this.#over) return;
    this.#receivable += bytes;
    this.#consumed += bytes;
    // A quarter of the window at a time: a credit per frame would cost as much as the frames.
    if (this.#consumed < streamWindow / 4) return;
    this.#port.sendCredit(this.id, this.#consumed);
    this.#consumed = 0;
  }

  #finishIfBothEnded(): void {
    if (this.#endSent && this.#endSeen) this.#finish();
  }

  #finish(): void {
    this.#over = true;
    for (const { sent } of this.#outgoing) sent();
    this.#outgoing = [];
    this.#port.forget(this.id);
  }
}
