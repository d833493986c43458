import { useTracer } from "#kernel";
import type { OpenTracer } from "./open-tracer.ts";

export interface TelemetryOptions {
  env: Readonly<Record<string, string | undefined>>;
  version: string;
  /** Called when spans cannot be sent; not more often than once a minute. */
  onProblem: (text: string) => void;
}

export interface Telemetry {
  /** Begins at the first call, so that a start need not wait for it. Never rejects. */
  ready(): Promise<void>;
  /** Sends what is left, for at most so long. False: not everything was sent, and connections may be open. */
  close(ms: number): Promise<boolean>;
}

/** Undefined, and nothing is loaded, unless the environment names a place for spans in OpenTelemetry's own words. */
export function telemetryOf(options: TelemetryOptions): Telemetry | undefined {
  if (!wantsSpans(options.env)) return undefined;
  let opening: Promise<OpenTracer | undefined> | undefined;
  return {
    async ready() {
      await (opening ??= open(options));
    },
    async close(ms) {
      useTracer(undefined);
      const opened = await opening;
      return opened === undefined || opened.close(ms);
    },
  };
}

function wantsSpans(env: TelemetryOptions["env"]): boolean {
  if (/^true$/i.test(env["OTEL_SDK_DISABLED"] ?? "")) return false;
  if (env["OTEL_TRACES_EXPORTER"] === "none") return false;
  return Boolean(env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] || env["OTEL_EXPORTER_OTLP_ENDPOINT"]);
}

async function open(options: TelemetryOptions): Promise<OpenTracer | undefined> {
  try {
    const { openTracer } = await import("./open-tracer.ts");
    const opened = await openTracer(options);
    useTracer(opened.tracer);
    return opened;
  } catch (error) {
    // Settings of somebody else's tracing are no reason not to work.
    options.onProblem(`no spans: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
