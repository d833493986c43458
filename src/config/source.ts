/** Counts from 1, columns in UTF-16 units, as editors and compilers do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type KeyPath = readonly (string | number)[];

/** What a configuration file says, and where in the file it says it. */
export interface ConfigSource {
  readonly value: unknown;
  /** Undefined where it cannot be known: settings that a program computes, keys that are missing. */
  locate(path: KeyPath, part: "key" | "value"): Position | undefined;
}

/** The file is not well-formed; `position` is where the parser gave up. */
export class SyntaxProblem extends Error {
  readonly position: Position | undefined;

  constructor(message: string, position: Position | undefined, options?: ErrorOptions) {
    super(message, options);
    this.position = position;
  }
}

/** A file that says nothing. */
export const emptySource: ConfigSource = { value: {}, locate: () => undefined };
