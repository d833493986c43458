import { CaelumError, type ErrorDetails } from "#kernel";

/** Where on the way to a host something failed. `caelum fleet doctor` walks the same steps. */
export type HostStep = "resolve" | "connect" | "host-key" | "authenticate" | "session";

/** A host that cannot be used. The message names the host and what happened; `data.step` the step. */
export class HostError extends CaelumError {
  readonly step: HostStep;

  constructor(
    code: `CAELUM_${string}`,
    host: string,
    step: HostStep,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(code, "fleet", `host "${host}" ${message}`, { ...details, data: { host, step, ...details.data } });
    this.step = step;
  }
}

export class HostUnresolvedError extends HostError {
  constructor(host: string, why: string, details?: ErrorDetails) {
    super("CAELUM_HOST_UNRESOLVED", host, "resolve", `cannot be resolved by ssh: ${why}`, details);
  }
}

export class HostUnreachableError extends HostError {
  constructor(host: string, why: string, details: ErrorDetails = {}) {
    const hint = `caelum fleet doctor ${host}`;
    super("CAELUM_HOST_UNREACHABLE", host, "connect", `cannot be reached: ${why}`, { hint, ...details });
  }
}

/** Nobody has vouched for the key yet. */
export class HostKeyUnknownError extends HostError {
  constructor(host: string, fingerprint: string | undefined, details: ErrorDetails = {}) {
    const key = fingerprint === undefined ? "" : ` (${fingerprint})`;
    super("CAELUM_HOST_KEY_UNKNOWN", host, "host-key", `shows a host key that is not known yet${key}`, {
      hint: `caelum fleet trust ${host}`,
      ...details,
      data: { fingerprint, ...details.data },
    });
  }
}

/** The key is another than the known one, or was revoked. Never worked around: it may be somebody in the middle. */
export class HostKeyRefusedError extends HostError {
  constructor(
    host: string,
    why: "changed" | "revoked",
    fingerprint: string | undefined,
    details: ErrorDetails = {},
  ) {
    const key = fingerprint === undefined ? "" : ` (${fingerprint})`;
    const what = why === "changed" ? "shows another host key than the known one" : "shows a revoked host key";
    super("CAELUM_HOST_KEY_REFUSED", host, "host-key", `${what}${key}; somebody may be in between`, {
      hint: `find out why; if the change is right, remove the old key with ssh-keygen -R and run caelum fleet trust ${host}`,
      ...details,
      data: { why, fingerprint, ...details.data },
    });
  }
}

export class AuthenticationError extends HostError {
  constructor(host: string, why: string, details: ErrorDetails = {}) {
    super("CAELUM_HOST_AUTHENTICATION", host, "authenticate", `refused every key: ${why}`, {
      hint: "ssh-add the right key, or name it as identity in the fleet file",
      ...details,
    });
  }
}

/** The host lets us in and then does not do what is needed. */
export class HostSessionError extends HostError {
  constructor(host: string, why: string, details?: ErrorDetails) {
    super("CAELUM_HOST_SESSION", host, "session", `opens no session: ${why}`, details);
  }
}

/** One thing that is wrong in the description of a fleet. */
export interface FleetIssue {
  /** From 1; absent where a program made the value. */
  line?: number;
  /** `hosts[2].slots`; empty when the file as a whole is meant. */
  path: string;
  message: string;
}

/** A fleet file, or the `fleet` of a configuration, that cannot be used; the message holds one line for each issue. */
export class FleetFileError extends CaelumError {
  readonly issues: readonly FleetIssue[];

  constructor(file: string, issues: readonly FleetIssue[]) {
    const rows = issues.map(
      ({ line, path, message }) =>
        `${line === undefined ? file : `${file}:${line}`}: ${path === "" ? "" : `${path} `}${message}`,
    );
    super("CAELUM_FLEET_FILE", "usage", rows.join("\n"), { data: { file, issues } });
    this.issues = issues;
  }
}
