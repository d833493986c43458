import { CaelumError } from "#kernel";

/** A path that the caller must not reach, or that cannot be one. Exit code 4. */
export class PathRefusedError extends CaelumError {
  constructor(given: string, why: string, hint?: string) {
    super("CAELUM_PATH_REFUSED", "denied", `path ${shown(given)} is refused: ${why}`, {
      data: { path: given.slice(0, 300) },
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** Nothing is there. A mistake of the caller, no attack. */
export class PathMissingError extends CaelumError {
  constructor(given: string) {
    super("CAELUM_PATH_MISSING", "usage", `there is no file or folder ${shown(given)}`, {
      hint: "paths are relative to the root, with /",
      data: { path: given.slice(0, 300) },
    });
  }
}

/** Quoted, so that control characters do no harm where the message is shown. */
function shown(given: string): string {
  return JSON.stringify(given.length > 120 ? `${given.slice(0, 119)}…` : given);
}

/** A policy, or the person, does not allow it. Exit code 4. */
export class DeniedError extends CaelumError {
  constructor(message: string, hint?: string) {
    super("CAELUM_DENIED", "denied", message, hint === undefined ? {} : { hint });
  }
}

/** The policy file cannot be used; nothing is allowed then. */
export class PolicyError extends CaelumError {
  constructor(file: string, why: string, hint?: string) {
    super("CAELUM_POLICY", "usage", `the policy file ${JSON.stringify(file)} cannot be used: ${why}`, {
      data: { file },
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** The audit log cannot be written or read. */
export class AuditError extends CaelumError {
  constructor(file: string, why: string) {
    super("CAELUM_AUDIT", "denied", `the audit log ${JSON.stringify(file)} cannot be used: ${why}`, {
      data: { file },
      hint: "what acts is refused without it; free some space, or name another folder with XDG_STATE_HOME",
    });
  }
}
