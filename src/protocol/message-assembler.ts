import type { Codec } from "./codec.ts";
import { ProtocolError } from "./errors.ts";
import { type Frame, frameTypes } from "./frame.ts";
import type { MessageParser } from "./messages.ts";

/** A message with its body may be this long, compressed or not. */
export const maxMessageBytes = 64 * 1024 * 1024;
const maxJsonBytes = 4 * 1024 * 1024;
const headBytes = 8;

export interface CompleteMessage<In> {
  message: In;
  body: Uint8Array;
  /** Length of the body as it travelled: what credit is counted in. */
  wireBodyBytes: number;
}

/** Puts the parts of a message together. At most one message is under way in a direction, so memory is bounded. */
export class MessageAssembler<In> {
  readonly #parse: MessageParser<In>;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #parts: Uint8Array | undefined;
  #filled = 0;

  constructor(parse: MessageParser<In>) {
    this.#parse = parse;
  }

  add(frame: Frame, codec: Codec | undefined): CompleteMessage<In> | undefined {
    const last = frame.type === frameTypes.message;
    if (this.#parts === undefined) {
      const total = announcedBytes(frame.payload);
      if (last) {
        if (total !== frame.payload.length) throw new ProtocolError("a message is not as long as it says");
        return this.#finish(frame.payload, frame.compressed, codec);
      }
      this.#parts = new Uint8Array(total);
      this.#filled = 0;
    }
    if (this.#filled + frame.payload.length > this.#parts.length) {
      throw new ProtocolError("a message is longer than it says");
    }
    this.#parts.set(frame.payload, this.#filled);
    this.#filled += frame.payload.length;
    if (!last) return undefined;
    const whole = this.#parts;
    this.#parts = undefined;
    if (this.#filled !== whole.length) throw new ProtocolError("a message is shorter than it says");
    return this.#finish(whole, frame.compressed, codec);
  }

  #finish(bytes: Uint8Array, compressed: boolean, codec: Codec | undefined): CompleteMessage<In> {
    const jsonBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    const wireBody = bytes.subarray(headBytes + jsonBytes);
    if (compressed && codec === undefined) {
      throw new ProtocolError("a compressed message, though no compression was agreed");
    }
    const body = compressed && codec !== undefined ? codec.decode(wireBody, maxMessageBytes) : wireBody;
    const message = this.#parse(this.#json(bytes.subarray(headBytes, headBytes + jsonBytes)));
    return { message, body, wireBodyBytes: wireBody.length };
  }

  #json(bytes: Uint8Array): unknown {
    try {
      return JSON.parse(this.#decoder.decode(bytes));
    } catch {
      throw new ProtocolError("a message's head is not JSON");
    }
  }
}

function announcedBytes(payload: Uint8Array): number {
  if (payload.length < headBytes) throw new ProtocolError("a message is too short to have a head");
  const view = new DataView(payload.buffer, payload.byteOffset);
  const json = view.getUint32(0);
  const body = view.getUint32(4);
  const total = headBytes + json + body;
  if (json > maxJsonBytes || total > maxMessageBytes) {
    throw new ProtocolError(`a message announces ${total} bytes, at most ${maxMessageBytes} are allowed`);
  }
  return total;
}
