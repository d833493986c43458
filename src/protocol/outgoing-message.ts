import type { Codec } from "./codec.ts";
import { encodeFrame, encodeFrameHeader, frameTypes, maxPayload } from "./frame.ts";

/** Bodies below this are not worth a compressor's call. */
const worthCompressing = 1024;
const encoder = new TextEncoder();

/** A message on its way out: `u32 JSON bytes, u32 body bytes, JSON, body`, sent in frames of at most 64 KiB. */
export interface OutgoingMessage {
  head: Uint8Array;
  body: Uint8Array;
  compressed: boolean;
  total: number;
  sent: number;
}

export function outgoingMessage(
  message: unknown,
  body: Uint8Array,
  codec: Codec | undefined,
): OutgoingMessage {
  const json = encoder.encode(JSON.stringify(message));
  const packed = codec !== undefined && body.length >= worthCompressing ? codec.encode(body) : body;
  const compressed = packed.length < body.length;
  const sentBody = compressed ? packed : body;
  const head = new Uint8Array(8 + json.length);
  const view = new DataView(head.buffer);
  view.setUint32(0, json.length);
  view.setUint32(4, sentBody.length);
  head.set(json, 8);
  return { head, body: sentBody, compressed, total: head.length + sentBody.length, sent: 0 };
}

/** Adds the next frame to the batch; true when it was the last. Large bodies are written without a copy. */
export function partOf(message: OutgoingMessage, batch: Uint8Array[]): boolean {
  const { head, body, compressed, total } = message;
  const start = message.sent;
  const end = Math.min(total, start + maxPayload);
  message.sent = end;
  const type = end === total ? frameTypes.message : frameTypes.messagePart;
  const headPart = head.subarray(Math.min(start, head.length), Math.min(end, head.length));
  const bodyPart = body.subarray(Math.max(0, start - head.length), Math.max(0, end - head.length));
  if (bodyPart.length <= 8192) batch.push(encodeFrame(type, 0, compressed, headPart, bodyPart));
  else {
    batch.push(encodeFrameHeader(type, 0, end - start, compressed));
    if (headPart.length > 0) batch.push(headPart);
    batch.push(bodyPart);
  }
  return end === total;
}
