import { CaelumError } from "#kernel";
import type { Position } from "./source.ts";

/** One thing that is wrong with a configuration, as a person reads it. */
export interface ConfigProblem {
  /** A file, as it is shown, or an environment variable. */
  readonly where: string;
  readonly position: Position | undefined;
  /** `analyze.workers must be a whole number of at least 1, got "many"`. */
  readonly message: string;
}

/** All problems of all configuration at once, one line each: `file:line:column  path must be …, got …`. */
export class ConfigError extends CaelumError {
  constructor(problems: readonly ConfigProblem[], details: { cause?: unknown; hint?: string } = {}) {
    super("CAELUM_CONFIG", "usage", problems.map(asLine).join("\n"), { ...details, data: { problems } });
  }
}

function asLine({ where, position, message }: ConfigProblem): string {
  const place = position === undefined ? where : `${where}:${position.line}:${position.column}`;
  return `${place}  ${message}`;
}
