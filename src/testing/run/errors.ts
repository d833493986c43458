import { closestMatch } from "leven";
import { stripVTControlCharacters } from "node:util";
import { CaelumError, type ErrorDetails } from "#kernel";

/** Nothing to test was found, or it cannot be listed: exit code 2. */
export class NoTestsError extends CaelumError {
  constructor(message: string, details: ErrorDetails = {}) {
    super("CAELUM_NO_TESTS", "usage", message, details);
  }
}

/** What a runner said when it was asked for its tests. */
export class ListingError extends CaelumError {
  constructor(project: string, runner: string, message: string, output: string | undefined) {
    const where = project === "" ? runner : `${runner} in "${project}"`;
    const details = output === undefined ? {} : { data: { output } };
    const told = [`${where} cannot list its tests: ${message}`, ...newLines(output ?? "", message)];
    super("CAELUM_TEST_LISTING", "findings", told.join("\n"), details);
  }
}

const shownLines = 12;

/** The beginning of what a runner printed, which says why, without what the message says already and without stacks. */
function newLines(output: string, message: string): string[] {
  const lines = stripVTControlCharacters(output)
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !message.includes(line.trim()) && !/^\s+at /.test(line));
  const left = lines.length - shownLines;
  return left > 0 ? [...lines.slice(0, shownLines), `… ${left} more lines`] : lines;
}

/** The program that runs tests on a host is gone, or speaks nonsense. */
export class HostProgramError extends CaelumError {
  constructor(host: string, why: string, details: ErrorDetails = {}) {
    super("CAELUM_TEST_HOST", "fleet", `host "${host}": the program that runs tests there ${why}`, details);
  }
}

/** A platform that was asked for has no host: exit code 3. */
export class NoPlatformError extends CaelumError {
  /** `known`: the systems, and the labels of the fleet. */
  constructor(platforms: readonly string[], why: string, known: readonly string[]) {
    const near = platforms
      .filter((name) => !known.includes(name))
      .map((name) => closestMatch(name, known, { maxDistance: 2 }))
      .find((name) => name !== undefined);
    const names = platforms.map((name) => `"${name}"`).join(", ");
    super(
      "CAELUM_NO_PLATFORM",
      "fleet",
      `no host for ${platforms.length === 1 ? "platform" : "platforms"} ${names}: ${why}`,
      {
        hint:
          near === undefined
            ? "add a host with caelum fleet add, or give --allow-missing"
            : `did you mean ${near}?`,
        data: { platforms },
      },
    );
  }
}

/** A host's program could not do what it was asked; it is still there. */
export class HostRefusal extends CaelumError {
  /** `runner`: the project is at fault · `host`: the host or we are. */
  readonly fault: "runner" | "host";
  readonly details: string | undefined;

  constructor(
    host: string,
    { fault, message, details }: { fault: "runner" | "host"; message: string; details?: string },
  ) {
    super("CAELUM_TEST_REFUSED", fault === "runner" ? "findings" : "fleet", message, {
      data: { host, ...(details === undefined ? {} : { details }) },
    });
    this.fault = fault;
    this.details = details;
  }
}
