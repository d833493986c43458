import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";

export interface ReceivedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  traceState: string;
  /** Of OTLP: 1 internal, 2 server, 3 client. */
  kind: number;
  attributes: Record<string, unknown>;
  startedAt: bigint;
  endedAt: bigint;
  isError: boolean;
}

export interface Receiver {
  endpoint: string;
  spans: ReceivedSpan[];
  /** Of the resource that sent them. */
  resource: Record<string, unknown>;
  requests: { url: string; type: string; authorization: string }[];
}

/** A collector that takes OTLP over HTTP, as JSON or protobuf, on this machine. `answers: false`: it takes and says nothing. */
export async function startReceiver({ answers = true } = {}): Promise<Receiver> {
  const received: Receiver = { endpoint: "", spans: [], resource: {}, requests: [] };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const type = request.headers["content-type"] ?? "";
    const { authorization = "" } = request.headers;
    received.requests.push({ url: request.url ?? "", type, authorization });
    const message = type === "application/json" ? fromJson(body.toString()) : fromProtobuf(body);
    Object.assign(received.resource, message.resource);
    received.spans.push(...message.spans);
    if (answers) response.writeHead(200, { "content-type": type }).end(type.endsWith("json") ? "{}" : "");
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  received.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return received;
}

interface Message {
  resource: Record<string, unknown>;
  spans: ReceivedSpan[];
}

interface JsonAttribute {
  key: string;
  value: Record<string, unknown>;
}

function fromJson(text: string): Message {
  const { resourceSpans } = JSON.parse(text) as {
    resourceSpans: {
      resource: { attributes: JsonAttribute[] };
      scopeSpans: { spans: Record<string, unknown>[] }[];
    }[];
  };
  const attributes = (list: unknown): Record<string, unknown> =>
    Object.fromEntries(
      (list as JsonAttribute[]).map(({ key, value }) => [
        key,
        "intValue" in value ? Number(value["intValue"]) : Object.values(value)[0],
      ]),
    );
  return {
    resource: Object.assign(
      {},
      ...resourceSpans.map(({ resource }) => attributes(resource.attributes)),
    ) as Record<string, unknown>,
    spans: resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) =>
        spans.map((span) => ({
          name: word(span["name"]),
          traceId: word(span["traceId"]),
          spanId: word(span["spanId"]),
          parentSpanId: word(span["parentSpanId"]),
          traceState: word(span["traceState"]),
          kind: Number(span["kind"]),
          attributes: attributes(span["attributes"]),
          startedAt: BigInt(word(span["startTimeUnixNano"])),
          endedAt: BigInt(word(span["endTimeUnixNano"])),
          isError: (span["status"] as { code?: number }).code === 2,
        })),
      ),
    ),
  };
}

function word(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Fields of opentelemetry/proto/trace/v1/trace.proto by their numbers. */
function fromProtobuf(body: Buffer): Message {
  const resourceSpans = fields(body).filter(({ field }) => field === 1);
  const inside = resourceSpans.flatMap(({ bytes }) => fields(bytes));
  const scopes = inside.filter(({ field }) => field === 2).flatMap(({ bytes }) => fields(bytes));
  const resources = inside.filter(({ field }) => field === 1).flatMap(({ bytes }) => fields(bytes));
  return {
    resource: attributesIn(resources, 1),
    spans: scopes.filter(({ field }) => field === 2).map(({ bytes }) => spanIn(fields(bytes))),
  };
}

function spanIn(all: readonly Field[]): ReceivedSpan {
  const one = (field: number): Field | undefined => all.find((each) => each.field === field);
  const hex = (field: number): string => one(field)?.bytes.toString("hex") ?? "";
  const status = fields(one(15)?.bytes ?? Buffer.alloc(0)).find(({ field }) => field === 3);
  return {
    name: one(5)!.bytes.toString(),
    traceId: hex(1),
    spanId: hex(2),
    parentSpanId: hex(4),
    traceState: one(3)?.bytes.toString() ?? "",
    kind: Number(one(6)!.number),
    attributes: attributesIn(all, 9),
    startedAt: one(7)!.number,
    endedAt: one(8)!.number,
    isError: status?.number === 2n,
  };
}

function attributesIn(all: readonly Field[], number: number): Record<string, unknown> {
  return Object.fromEntries(
    all
      .filter(({ field }) => field === number)
      .map(({ bytes }) => {
        const [key, value] = fields(bytes);
        const [any] = fields(value!.bytes);
        return [key!.bytes.toString(), any!.field === 1 ? any!.bytes.toString() : Number(any!.number)];
      }),
  );
}

interface Field {
  field: number;
  number: bigint;
  bytes: Buffer;
}

/** One level of a message of protobuf: variable, fixed and delimited fields. */
function fields(message: Buffer): Field[] {
  const found: Field[] = [];
  let at = 0;
  const variable = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = Number(variable());
    const field = tag >> 3;
    const type = tag & 7;
    if (type === 0) found.push({ field, number: variable(), bytes: Buffer.alloc(0) });
    else {
      const length = type === 1 ? 8 : type === 5 ? 4 : Number(variable());
      const bytes = message.subarray(at, at + length);
      found.push({ field, number: type === 1 ? bytes.readBigUInt64LE() : BigInt(0), bytes });
      at += length;
    }
  }
  return found;
}
