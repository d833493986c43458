import { HostError, type HostStep } from "#fleet";
import { CaelumError, CancelledError } from "#kernel";

/** Why a host could not do what it was asked, and what to do about it. */
export interface HostFailure {
  /** Where on the way it failed; `agent`: the way is fine. */
  step: HostStep | "agent";
  code: string;
  message: string;
  hint?: string;
}

/** What one host answered. */
export type Answered<T> = { host: string; value: T } | { host: string; error: HostFailure };

/** Throws what is no failure of a host: a defect, a cancellation. */
export function failureOf(error: unknown): HostFailure {
  if (!(error instanceof CaelumError) || error instanceof CancelledError) throw error;
  return {
    step: error instanceof HostError ? error.step : "agent",
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}
