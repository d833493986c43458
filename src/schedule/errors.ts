import { CaelumError, type ErrorDetails } from "#kernel";
import type { FailureType } from "./types.ts";

/** What `execute` rejects with when a lease gives no result; anything else it rejects with is a defect. */
export class LeaseFailure extends CaelumError {
  readonly type: FailureType;

  constructor(type: FailureType, message: string, details?: ErrorDetails) {
    super("CAELUM_LEASE_FAILED", "incomplete", message, details);
    this.type = type;
  }
}
