import { exitCodes, type ExitName } from "./exit-codes.ts";
import { redact } from "./redact.ts";

export interface ErrorDetails {
  /** What to do next: a command or a short sentence. Printed after `try:`. */
  hint?: string;
  /** Further facts for `--json`: host, path, line. Never secrets. */
  data?: Record<string, unknown>;
  cause?: unknown;
}

/** The shape every face prints: `--json`, MCP, web. */
export interface ErrorJson {
  code: string;
  message: string;
  exitCode: number;
  hint?: string;
  data?: Record<string, unknown>;
  cause?: string;
}

/**
 * An expected failure: something outside caelum is wrong and the person can act on it. Anything thrown that is
 * not a CaelumError is a defect and keeps its stack. Messages are lower-case fragments that name the thing:
 * `host "web-1" did not answer within 10 s`.
 */
export class CaelumError extends Error {
  readonly code: `CAELUM_${string}`;
  readonly exit: ExitName;
  readonly hint: string | undefined;
  readonly data: Record<string, unknown> | undefined;

  constructor(code: `CAELUM_${string}`, exit: ExitName, message: string, details: ErrorDetails = {}) {
    super(redact(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.exit = exit;
    this.hint = details.hint;
    this.data = details.data;
  }

  get exitCode(): number {
    return exitCodes[this.exit].code;
  }

  toJSON(): ErrorJson {
    const cause = this.cause instanceof Error ? redact(this.cause.message) : undefined;
    return {
      code: this.code,
      message: this.message,
      exitCode: this.exitCode,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.data === undefined ? {} : { data: this.data }),
      ...(cause === undefined ? {} : { cause }),
    };
  }
}

/** The command line, a path or a value given by the person is wrong. */
export class UsageError extends CaelumError {
  constructor(message: string, details?: ErrorDetails) {
    super("CAELUM_USAGE", "usage", message, details);
  }
}

/** ctrl-C, SIGTERM or a caller's abort. */
export class CancelledError extends CaelumError {
  constructor(message = "cancelled", details?: ErrorDetails) {
    super("CAELUM_CANCELLED", "cancelled", message, details);
  }
}

/** The system's error code (`ENOENT`) of anything thrown, if it has one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
