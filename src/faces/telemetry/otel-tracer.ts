import {
  type Context,
  defaultTextMapSetter,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span as ApiSpan,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer as ApiTracer,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import type { Attributes, Span, SpanStart, Tracer } from "#kernel";

/** A call that measures a million files would be a trace that nobody can open: above this, spans are only counted. */
const maxChildren = 200;
/** Longer than the specifications of either allow. */
const maxHeader = 1000;

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;
const propagator = new W3CTraceContextPropagator();

/** Spans of this project as spans of OpenTelemetry. */
export class OtelTracer implements Tracer {
  readonly #tracer: ApiTracer;

  constructor(tracer: ApiTracer) {
    this.#tracer = tracer;
  }

  start(name: string, { kind, attributes = {}, parent, remote, startedAt }: SpanStart): Span {
    if (parent === leftOut) return leftOut;
    const above = parent instanceof OtelSpan ? parent : undefined;
    if (above?.takesChild() === false) return leftOut;
    const context = above?.context ?? (remote === undefined ? ROOT_CONTEXT : continued(remote));
    const span = this.#tracer.startSpan(
      name,
      {
        kind: kind === undefined ? SpanKind.INTERNAL : kinds[kind],
        attributes: present(attributes),
        ...(startedAt === undefined ? {} : { startTime: startedAt }),
      },
      context,
    );
    return new OtelSpan(span, trace.setSpan(context, span));
  }
}

class OtelSpan implements Span {
  readonly context: Context;
  readonly #span: ApiSpan;
  #children = 0;

  constructor(span: ApiSpan, context: Context) {
    this.#span = span;
    this.context = context;
  }

  takesChild(): boolean {
    return ++this.#children <= maxChildren;
  }

  set(attributes: Attributes): void {
    this.#span.setAttributes(present(attributes));
  }

  end(error?: string): void {
    if (this.#children > maxChildren) this.set({ "caelum.spans_left_out": this.#children - maxChildren });
    if (error !== undefined) {
      this.set({ "error.type": error });
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end();
  }

  headers(): Readonly<Record<string, string>> {
    const headers: Record<string, string> = {};
    propagator.inject(this.context, headers, defaultTextMapSetter);
    return headers;
  }
}

/** In place of a span that was one too many. */
const leftOut: Span = { set: () => undefined, end: () => undefined, headers: () => ({}) };

/** The trace of whoever sent these, if they are what they should be; else a new one. */
function continued(remote: Readonly<Record<string, unknown>>): Context {
  const context = propagator.extract(ROOT_CONTEXT, remote, {
    get: (carrier: Readonly<Record<string, unknown>>, name) => {
      const value = carrier[name];
      return typeof value === "string" && value.length <= maxHeader ? value : undefined;
    },
    keys: (carrier) => Object.keys(carrier),
  });
  const found = trace.getSpanContext(context);
  return found !== undefined && isSpanContextValid(found) ? context : ROOT_CONTEXT;
}

function present(attributes: Attributes): Record<string, string | number | boolean | string[]> {
  const found: Record<string, string | number | boolean | string[]> = {};
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) found[name] = typeof value === "object" ? [...value] : value;
  return found;
}
