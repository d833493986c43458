export { type ByteSink, type ByteSource, readInto, writerTo } from "./attach.ts";
export { ByteStream, type StreamHandlers, streamWindow } from "./byte-stream.ts";
export { type Codec, codecOf, compressionNames, type Zlib } from "./codec.ts";
export { Connection, type ConnectionOptions, messageWindow } from "./connection.ts";
export { ProtocolError } from "./errors.ts";
export { encodeFrame, type Frame, FrameDecoder, frameTypes, maxPayload } from "./frame.ts";
export {
  type Hello,
  helloLine,
  LineScanner,
  magic,
  type MarkedLine,
  negotiate,
  parseHello,
  protocolVersions,
} from "./handshake.ts";
export { beatMs, Heartbeat } from "./heartbeat.ts";
export { maxMessageBytes } from "./message-assembler.ts";
export {
  type AgentMessage,
  type ControllerMessage,
  parseAgentMessage,
  parseControllerMessage,
  type RefusalReason,
  refusalReasons,
} from "./messages.ts";
export { type FileReference, isSha } from "./shape.ts";
export {
  blobPath,
  type FromWorker,
  type ToWorker,
  type WorkerBoot,
  workerBootKey,
  workerProtocol,
} from "./worker-messages.ts";
