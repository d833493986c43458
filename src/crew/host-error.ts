import {
  AgentRequestError,
  AgentStartError,
  MissingBuildError,
  RuntimeError,
  SessionLostError,
} from "#agents";
import {
  AuthenticationError,
  HostError,
  HostKeyRefusedError,
  HostKeyUnknownError,
  HostUnresolvedError,
} from "#fleet";
import { CaelumError, type EventBody } from "#kernel";

export type HostFailure = Omit<Extract<EventBody, { type: "host.failed" }>, "type">;

/** A failure on the way to a working host, with the step it happened at. Undefined for what is a defect of ours. */
export function hostFailure(host: string, error: unknown): HostFailure | undefined {
  if (!(error instanceof CaelumError) || error instanceof MissingBuildError) return undefined;
  const { message, hint } = error;
  return {
    host,
    step: stepOf(error),
    message,
    ...(hint === undefined ? {} : { hint }),
    retry: !isLasting(error),
  };
}

function stepOf(error: CaelumError): HostFailure["step"] {
  if (error instanceof HostError) return error.step;
  if (error instanceof SessionLostError) return "session";
  if (error instanceof AgentStartError || error instanceof RuntimeError) return "agent";
  if (error instanceof AgentRequestError) return error.agentCode === "disk" ? "content" : "workers";
  return "session";
}

/**
 * True for what waiting does not change: somebody has to do something about a key, a disk or a missing Node. A host
 * that answers nothing may come back by itself.
 */
export function isLasting(error: CaelumError): boolean {
  return (
    error instanceof HostKeyRefusedError ||
    error instanceof HostKeyUnknownError ||
    error instanceof AuthenticationError ||
    error instanceof HostUnresolvedError ||
    error instanceof RuntimeError ||
    error instanceof AgentRequestError ||
    (error instanceof AgentStartError && error.understood)
  );
}
