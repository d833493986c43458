import { diag, DiagLogLevel } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Tracer } from "#kernel";
import type { TelemetryOptions } from "./index.ts";
import { resourceAttributes, samplerOf } from "./otel-settings.ts";
import { OtelTracer } from "./otel-tracer.ts";

type Env = TelemetryOptions["env"];

/** Text of a file or host is no attribute; what is longer than this is none of ours. */
const spanLimits = { attributeValueLengthLimit: 500, attributeCountLimit: 64 };
const tellAgainMs = 60_000;

export interface OpenTracer {
  tracer: Tracer;
  close: (ms: number) => Promise<boolean>;
}

/** Spans by OTLP over HTTP, as the environment says. Rejects for a protocol that is not spoken. */
export async function openTracer({ env, version, onProblem }: TelemetryOptions): Promise<OpenTracer> {
  tellProblems(onProblem);
  const processor = new BatchSpanProcessor({
    exporter: await exporterFor(env),
    ...numbersOf(env, {
      scheduledDelayMillis: "OTEL_BSP_SCHEDULE_DELAY",
      maxQueueSize: "OTEL_BSP_MAX_QUEUE_SIZE",
      maxExportBatchSize: "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
      exportTimeoutMillis: "OTEL_BSP_EXPORT_TIMEOUT",
    }),
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes(resourceAttributes(env, version)),
    sampler: samplerOf(env),
    spanLimits,
    spanProcessors: [processor],
  });
  return {
    tracer: new OtelTracer(provider.getTracer("caelum", version)),
    async close(ms) {
      const { promise: late, resolve } = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => resolve(false), ms);
      const sent = provider.shutdown().then(
        () => true,
        () => false,
      );
      const all = await Promise.race([sent, late]);
      clearTimeout(timer);
      return all;
    },
  };
}

/** It reads endpoint, headers, time-out, compression and certificates from the environment itself. */
async function exporterFor(env: Env): Promise<SpanExporter> {
  const protocol = env["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] || env["OTEL_EXPORTER_OTLP_PROTOCOL"];
  if (protocol === undefined || protocol === "http/protobuf")
    return new (await import("@opentelemetry/exporter-trace-otlp-proto")).OTLPTraceExporter();
  if (protocol === "http/json")
    return new (await import("@opentelemetry/exporter-trace-otlp-http")).OTLPTraceExporter();
  throw new Error(
    `OTEL_EXPORTER_OTLP_PROTOCOL is ${JSON.stringify(protocol)}; caelum speaks http/protobuf and http/json`,
  );
}

function tellProblems(onProblem: TelemetryOptions["onProblem"]): void {
  let toldAt = -Infinity;
  const tell = (message: string, ...more: unknown[]): void => {
    const now = performance.now();
    if (now - toldAt < tellAgainMs) return;
    toldAt = now;
    onProblem(`spans: ${[message, ...more].map(asText).join(" ").slice(0, 500)}`);
  };
  const logger = { error: tell, warn: tell, info: nothing, debug: nothing, verbose: nothing };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

function nothing(): void {}

/** Errors come as JSON with their stack, too. */
function asText(part: unknown): string {
  if (part instanceof Error) return part.message;
  if (typeof part !== "string") return JSON.stringify(part);
  return /"message":"((?:[^"\\]|\\.)*)"/.exec(part)?.[1] ?? part;
}

/** Those that are whole numbers above zero. */
function numbersOf<K extends string>(
  env: Env,
  names: Readonly<Record<K, string>>,
): Partial<Record<K, number>> {
  const found: Partial<Record<K, number>> = {};
  for (const [key, name] of Object.entries(names) as [K, string][]) {
    const value = Number(env[name]);
    if (Number.isInteger(value) && value > 0) found[key] = value;
  }
  return found;
}
