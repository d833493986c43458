import { currentCaller, workFor } from "./caller.ts";

export type Attributes = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** One stretch of work in a trace. Everything is done by whoever installed the tracer; without one nothing happens. */
export interface Span {
  set(attributes: Attributes): void;
  /** Once. @param error a class of errors, low in number; undefined: it went well */
  end(error?: string): void;
  /** Headers by which another process continues this trace: `traceparent`, `tracestate`. */
  headers(): Readonly<Record<string, string>>;
}

export interface SpanStart {
  /** `server`: somebody else asked for it; `client`: somebody else does it. Default: internal. */
  kind?: "server" | "client";
  attributes?: Attributes;
  /** Default: the span of the current caller. */
  parent?: Span | undefined;
  /** Where it began elsewhere: `traceparent` and `tracestate` as they came, not to be trusted. */
  remote?: Readonly<Record<string, unknown>> | undefined;
  /** Milliseconds since 1970; default: now. */
  startedAt?: number;
}

export interface Tracer {
  start(name: string, options: SpanStart): Span;
}

let tracer: Tracer | undefined;

/** From now on work of this process is traced. Undefined: no longer. */
export function useTracer(given: Tracer | undefined): void {
  tracer = given;
}

/** Undefined when nobody traces. */
export function startSpan(name: string, options: SpanStart = {}): Span | undefined {
  return tracer?.start(name, { parent: currentCaller()?.span, ...options });
}

/** Does work in a span of its own. An error ends the span with its code and goes on. */
export async function traced<T>(
  name: string,
  options: SpanStart,
  work: (span: Span | undefined) => Promise<T> | T,
): Promise<T> {
  const caller = currentCaller();
  const span = startSpan(name, options);
  if (span === undefined) return work(undefined);
  try {
    const result = await workFor({ tenant: caller?.tenant ?? "", span }, () => work(span));
    span.end();
    return result;
  } catch (error) {
    span.end(errorType(error));
    throw error;
  }
}

/** The code of an error that was expected, or the class of one that was not. */
export function errorType(error: unknown): string {
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string")
    return error.code;
  return error instanceof Error ? error.name : "unknown";
}
