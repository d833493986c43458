import { ByteStream, type StreamHandlers } from "./byte-stream.ts";
import type { Codec } from "./codec.ts";
import { ProtocolError } from "./errors.ts";
import { Fifo } from "./fifo.ts";
import { encodeFrame, encodeFrameHeader, type Frame, FrameDecoder, frameTypes, maxPayload } from "./frame.ts";
import { MessageAssembler } from "./message-assembler.ts";
import type { MessageParser } from "./messages.ts";
import { type OutgoingMessage, outgoingMessage, partOf } from "./outgoing-message.ts";

/** Bytes of message bodies one side may have under way before the other has handled some of them. */
export const messageWindow = 16 * 1024 * 1024;
const batchBytes = 256 * 1024;
/** A stream's pieces below this are not worth a compressor's call. */
const worthCompressing = 512;
/** After a piece that compression made no smaller. */
const piecesAsIs = 15;
const empty = new Uint8Array(0);

export interface ConnectionOptions<In> {
  parse: MessageParser<In>;
  /** Hands bytes to the pipe, in order; false: call `drained` before more is wanted. */
  write(chunks: readonly Uint8Array[]): boolean;
  /** Credit for the body goes back when this returns, or when its promise settles. */
  onMessage(message: In, body: Uint8Array): void | Promise<void>;
  /** The other side broke the protocol. Called once; the connection is dead by then. */
  onBroken(error: Error): void;
}

/**
 * Messages and byte streams over one pipe; the same on both ends, and free of any runtime's own modules.
 *
 * Order: messages arrive in the order they were sent; a stream's bytes arrive in order; nothing else is promised
 * (a stream may overtake a message). Beats and credits go before anything that waits.
 */
export class Connection<In, Out> {
  readonly #options: ConnectionOptions<In>;
  readonly #decoder = new FrameDecoder();
  readonly #assembler: MessageAssembler<In>;
  readonly #streams = new Map<number, ByteStream>();
  readonly #senders = new Set<ByteStream>();
  #urgent: Uint8Array[] = [];
  readonly #messages = new Fifo<OutgoingMessage>();
  #bodyBytesUnderWay = 0;
  #bodyBytesHandled = 0;
  #codec: Codec | undefined;
  #writable = true;
  #scheduled = false;
  #streamsTurn = false;
  #dead = false;

  constructor(options: ConnectionOptions<In>) {
    this.#options = options;
    this.#assembler = new MessageAssembler(options.parse);
  }

  /** From now on what we send is compressed; what is received may be compressed as soon as this is set. */
  useCodec(codec: Codec | undefined): void {
    this.#codec = codec;
  }

  send(message: Out, body: Uint8Array = empty): void {
    if (this.#dead) return;
    this.#messages.push(outgoingMessage(message, body, this.#codec));
    this.#schedule();
  }

  beat(): void {
    this.#sendUrgent(frameTypes.beat, 0, empty);
  }

  /** Opens our end of a stream. The other end must have been told its number by a message, or be told by it. */
  openStream(id: number, handlers: StreamHandlers): ByteStream {
    if (this.#streams.has(id)) throw new ProtocolError(`stream ${id} is open already`);
    const stream = new ByteStream(id, handlers, {
      wantsToSend: (sender) => {
        this.#senders.add(sender);
        this.#schedule();
      },
      sendCredit: (of, bytes) => this.#sendUrgent(frameTypes.credit, of, u32(bytes)),
      sendReset: (of, reason) => this.#sendUrgent(frameTypes.reset, of, encodeText(reason)),
      forget: (of) => void this.#streams.delete(of),
    });
    if (this.#dead) stream.receiveReset("the connection is closed");
    else this.#streams.set(id, stream);
    return stream;
  }

  /** Bytes that came in. Never throws: what is wrong with them goes to `onBroken`. */
  receive(chunk: Uint8Array): void {
    if (this.#dead) return;
    try {
      this.#decoder.push(chunk, (frame) => this.#handle(frame));
    } catch (error) {
      const broken = error instanceof Error ? error : new ProtocolError(String(error));
      this.close(broken.message);
      this.#options.onBroken(broken);
    }
  }

  /** The pipe takes bytes again. */
  drained(): void {
    this.#writable = true;
    this.#schedule();
  }

  /** Ends every stream with a reset. Nothing is sent or received from here on. */
  close(reason: string): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#messages.clear();
    this.#urgent = [];
    for (const stream of this.#streams.values()) stream.receiveReset(reason);
    this.#senders.clear();
  }

  #handle(frame: Frame): void {
    if (this.#dead) return;
    switch (frame.type) {
      case frameTypes.message:
      case frameTypes.messagePart: {
        const complete = this.#assembler.add(frame, this.#codec);
        if (complete !== undefined) this.#deliver(complete.message, complete.body, complete.wireBodyBytes);
        return;
      }
      case frameTypes.data:
        // A stream that we gave up may still have bytes under way: they are dropped.
        this.#streams.get(frame.id)?.receiveData(this.#plain(frame));
        return;
      case frameTypes.end:
        this.#streams.get(frame.id)?.receiveEnd();
        return;
      case frameTypes.reset:
        this.#streams.get(frame.id)?.receiveReset(new TextDecoder().decode(frame.payload.subarray(0, 1000)));
        return;
      case frameTypes.credit:
        this.#receiveCredit(frame);
        return;
      default:
    }
  }

  #plain(frame: Frame): Uint8Array {
    if (!frame.compressed) return frame.payload;
    if (this.#codec === undefined)
      throw new ProtocolError("a compressed frame, though no compression was agreed");
    return this.#codec.decode(frame.payload, maxPayload);
  }

  #deliver(message: In, body: Uint8Array, wireBodyBytes: number): void {
    const handled = this.#options.onMessage(message, body);
    if (wireBodyBytes === 0) return;
    if (handled === undefined) this.#giveBodyCredit(wireBodyBytes);
    else void handled.finally(() => this.#giveBodyCredit(wireBodyBytes));
  }

  #giveBodyCredit(bytes: number): void {
    this.#bodyBytesHandled += bytes;
    if (this.#bodyBytesHandled < messageWindow / 16) return;
    this.#sendUrgent(frameTypes.credit, 0, u32(this.#bodyBytesHandled));
    this.#bodyBytesHandled = 0;
  }

  #receiveCredit(frame: Frame): void {
    if (frame.payload.length !== 4) throw new ProtocolError("a credit frame must hold four bytes");
    const bytes = new DataView(frame.payload.buffer, frame.payload.byteOffset, 4).getUint32(0);
    if (frame.id !== 0) {
      this.#streams.get(frame.id)?.receiveCredit(bytes);
      return;
    }
    this.#bodyBytesUnderWay -= bytes;
    if (this.#bodyBytesUnderWay < 0) throw new ProtocolError("more credit for messages than was used");
    this.#schedule();
  }

  #sendUrgent(type: number, id: number, payload: Uint8Array): void {
    if (this.#dead) return;
    this.#urgent.push(encodeFrame(type, id, false, payload));
    this.#schedule();
  }

  /** What is sent within one turn of the event loop leaves in one write. */
  #schedule(): void {
    if (this.#scheduled || this.#dead || !this.#writable) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#writable && !this.#dead) {
      const batch: Uint8Array[] = [];
      let bytes = 0;
      while (bytes < batchBytes) {
        const before = batch.length;
        this.#takeNext(batch);
        if (batch.length === before) break;
        for (let index = before; index < batch.length; index++) bytes += batch[index]!.length;
      }
      if (batch.length === 0) return;
      this.#writable = this.#options.write(batch);
    }
  }

  /** Messages and streams take turns, so that neither starves the other. */
  #takeNext(batch: Uint8Array[]): void {
    if (this.#urgent.length > 0) {
      batch.push(...this.#urgent);
      this.#urgent = [];
      return;
    }
    this.#streamsTurn = !this.#streamsTurn;
    if (this.#streamsTurn) {
      if (!this.#takeFromStreams(batch)) this.#takeFromMessages(batch);
    } else if (!this.#takeFromMessages(batch)) this.#takeFromStreams(batch);
  }

  #takeFromMessages(batch: Uint8Array[]): boolean {
    const { first } = this.#messages;
    if (first === undefined) return false;
    if (first.sent === 0) {
      // Whole messages are let in while the window is not full, so that a body larger than it passes too.
      if (first.body.length > 0 && this.#bodyBytesUnderWay >= messageWindow) return false;
      this.#bodyBytesUnderWay += first.body.length;
    }
    if (partOf(first, batch)) this.#messages.dropFirst();
    return true;
  }

  #takeFromStreams(batch: Uint8Array[]): boolean {
    for (const stream of this.#senders) {
      this.#senders.delete(stream);
      const piece = stream.take();
      if (piece === undefined) continue;
      if (piece === "end") batch.push(encodeFrame(frameTypes.end, stream.id, false));
      else {
        this.#pushData(batch, stream, piece);
        // Back to the end of the line.
        this.#senders.add(stream);
      }
      return true;
    }
    return false;
  }

  #pushData(batch: Uint8Array[], stream: ByteStream, piece: Uint8Array): void {
    let payload = piece;
    if (stream.plainPieces > 0) stream.plainPieces--;
    else if (this.#codec !== undefined && piece.length >= worthCompressing) {
      const packed = this.#codec.encode(piece);
      if (packed.length < piece.length) payload = packed;
      // What is packed already costs as much to try as what is not.
      else stream.plainPieces = piecesAsIs;
    }
    const compressed = payload !== piece;
    batch.push(encodeFrameHeader(frameTypes.data, stream.id, payload.length, compressed), payload);
  }
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text.slice(0, 300));
}
