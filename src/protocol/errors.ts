/** The other side broke the protocol; the connection cannot go on. The message says what was seen. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}
