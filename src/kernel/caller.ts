import { AsyncLocalStorage } from "node:async_hooks";
import type { Span } from "./tracing.ts";

/** For whom work is done. */
export interface Caller {
  /** Whoever shares a server with others; what is scarce is divided among them. */
  tenant: string;
  /** What has led to this work; undefined: nobody traces it. */
  span?: Span | undefined;
}

const callers = new AsyncLocalStorage<Caller | undefined>();

/**
 * For whom this is done, and all that it awaits: so that a queue far below knows it, and no function in between has to
 * pass it on. Undefined: for nobody in particular.
 */
export function currentCaller(): Caller | undefined {
  return callers.getStore();
}

export function workFor<T>(caller: Caller | undefined, work: () => T): T {
  return callers.run(caller, work);
}
