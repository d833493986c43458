import { CaelumError, type ErrorDetails } from "#kernel";
import type { RefusalReason } from "#protocol";

/** The way to a host, or the agent on it, is gone; every lease it held is free again. */
export class SessionLostError extends CaelumError {
  constructor(host: string, why: string, details: ErrorDetails = {}) {
    super("CAELUM_SESSION_LOST", "fleet", `host "${host}" was lost: ${why}`, {
      ...details,
      data: { host, ...details.data },
    });
  }
}

/** The agent could not be started on a host; `why` says what the host answered. */
export class AgentStartError extends CaelumError {
  /** False: the host did not even answer in our terms, so it may be of another kind than was thought. */
  readonly understood: boolean;

  constructor(host: string, why: string, details: ErrorDetails & { understood?: boolean } = {}) {
    super("CAELUM_AGENT_START", "fleet", `the agent did not start on host "${host}": ${why}`, {
      hint: `caelum fleet doctor ${host}`,
      ...details,
      data: { host, ...details.data },
    });
    this.understood = details.understood ?? true;
  }
}

/** The agent could not do what it was asked: `agentCode` is its own word for why (`missing-blob`, `spawn`, `disk`). */
export class AgentRequestError extends CaelumError {
  readonly agentCode: string;

  constructor(host: string, agentCode: string, message: string) {
    super("CAELUM_AGENT_REQUEST", "fleet", `host "${host}": ${message}`, { data: { host, agentCode } });
    this.agentCode = agentCode;
  }
}

/**
 * A lease that ended without a result. `unit-failed` is the unit's own answer, and trying again will not help;
 * after `worker-crashed` and `worker-timeout` the unit may have been at fault or may have been unlucky.
 */
export class LeaseError extends CaelumError {
  readonly reason: RefusalReason;
  readonly unit: string;

  constructor(host: string, unit: string, reason: RefusalReason, message: string) {
    super("CAELUM_LEASE", "incomplete", `unit "${unit}" on host "${host}": ${reason}: ${message}`, {
      data: { host, unit, reason },
    });
    this.reason = reason;
    this.unit = unit;
  }
}

/** A Node for a host that has none could not be had. */
export class RuntimeError extends CaelumError {
  constructor(runtime: string, why: string, details: ErrorDetails = {}) {
    super("CAELUM_RUNTIME", "fleet", `the runtime ${runtime}: ${why}`, {
      ...details,
      data: { runtime, ...details.data },
    });
  }
}

/** caelum's own build is not complete. */
export class MissingBuildError extends CaelumError {
  constructor(file: string, details?: ErrorDetails) {
    super("CAELUM_MISSING_BUILD", "bug", `"${file}" is missing from caelum's installation`, {
      hint: "npm run build, or install caelum again",
      ...details,
    });
  }
}
