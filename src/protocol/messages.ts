import { ProtocolError } from "./errors.ts";
import { isRecord, type Shape, shapeCheck, type ShapeOf } from "./shape.ts";

/**
 * What controller and agent say to each other. `call` ties an answer to its question, `stream` names the byte
 * stream that belongs to it; the controller chooses both. A message may carry a body of raw bytes.
 */
const controllerShapes = {
  /** First message: what was chosen of what the agent's hello offers. */
  welcome: { protocol: "count", compression: "text" },
  facts: { call: "count" },
  /** Answered by `done` once every worker is ready, or `failed`. */
  "workers.start": {
    call: "count",
    pool: "count",
    bundle: "files",
    assets: "files",
    params: "json",
    slots: "count",
    /** Folders and files the workers may read besides the blob store; used on the local host. */
    readable: "texts",
    memoryMb: "count?",
    /** Added to the workers' environment, which is otherwise what a program needs to run. */
    env: "table?",
  },
  "workers.stop": { call: "count", pool: "count" },
  /** Body: the unit's payload. Answered by `result` or `refused`. */
  lease: {
    lease: "count",
    pool: "count",
    unit: "text",
    attempt: "count",
    epoch: "count",
    blobs: "texts",
    timeoutMs: "count?",
  },
  "lease.cancel": { lease: "count" },
  /** Answered by `blobs.missing`. */
  "blobs.has": { call: "count", shas: "texts" },
  /** Body: the content; or `stream`: the agent answers `opened`, takes the content, then says `done`. */
  "blob.put": { call: "count", sha: "text", stream: "count?" },
  /** Answered by `blob.found`, then the content on the stream. */
  "blob.get": { call: "count", sha: "text", stream: "count" },
  /** stdin on `stream`, stdout on `stream + 1`, stderr on `stream + 2`. `command.started`, `command.exited`. */
  "command.start": {
    call: "count",
    stream: "count",
    program: "text",
    args: "texts",
    cwd: "text?",
    env: "table?",
    timeoutMs: "count?",
  },
  "command.kill": { call: "count" },
  /** A TCP connection made from the agent's host; answered by `done` with the stream open. */
  tunnel: { call: "count", stream: "count", host: "text", port: "count" },
  /** The agent reaps what it started and ends. */
  bye: {},
} as const satisfies Record<string, Shape>;

const agentShapes = {
  done: { call: "count" },
  failed: { call: "count", code: "text", message: "text" },
  /** The stream of this call is open on the agent's side: bytes may come. */
  opened: { call: "count" },
  facts: { call: "count", facts: "json" },
  "blobs.missing": { call: "count", shas: "texts" },
  "blob.found": { call: "count", size: "count" },
  "command.started": { call: "count", pid: "count" },
  "command.exited": { call: "count", code: "count?", signal: "text?", timedOut: "flag" },
  /** Body: the unit's result. `ms`: time in the worker. */
  result: { lease: "count", unit: "text", attempt: "count", epoch: "count", ms: "number" },
  refused: {
    lease: "count",
    unit: "text",
    attempt: "count",
    epoch: "count",
    reason: "text",
    message: "text",
  },
  "worker.lost": { pool: "count", slot: "count", unit: "text?", reason: "text" },
  /** Sent every two seconds, unasked. */
  vitals: { load: "number", freeMemory: "count", freeDisk: "count" },
} as const satisfies Record<string, Shape>;

type Union<T extends Record<string, Shape>> = { [K in keyof T]: { type: K } & ShapeOf<T[K]> }[keyof T];
export type ControllerMessage = Union<typeof controllerShapes>;
export type AgentMessage = Union<typeof agentShapes>;
export type MessageParser<M> = (value: unknown) => M;

/** Why a lease did not give a result. `unit-failed` is the unit's own answer; the others say it was not at fault alone. */
export const refusalReasons = [
  "unit-failed",
  "worker-crashed",
  "worker-timeout",
  "worker-broken",
  "missing-blob",
  "cancelled",
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export const parseControllerMessage: MessageParser<ControllerMessage> = parserOf(controllerShapes);
export const parseAgentMessage: MessageParser<AgentMessage> = parserOf(agentShapes);

function parserOf<T extends Record<string, Shape>>(shapes: T): MessageParser<Union<T>> {
  const known = new Map(Object.entries(shapes).map(([name, shape]) => [name, shapeCheck(name, shape)]));
  return (value) => {
    if (!isRecord(value) || typeof value["type"] !== "string")
      throw new ProtocolError("a message has no type");
    const check = known.get(value["type"]);
    if (check === undefined) throw new ProtocolError(`unknown message "${value["type"].slice(0, 40)}"`);
    check(value);
    return value as Union<T>;
  };
}
