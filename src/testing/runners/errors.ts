import { CaelumError, type ErrorDetails } from "#kernel";

/** A runner could not do what it was asked, in its own words. */
export class RunnerError extends CaelumError {
  /** What the runner printed, as far as it explains. */
  readonly output: string;

  constructor(runner: string, message: string, details: ErrorDetails & { output?: string } = {}) {
    const { output, data, ...rest } = details;
    super("CAELUM_TEST_RUNNER", "findings", message, {
      ...rest,
      data: { runner, ...data, ...(output === undefined ? {} : { output }) },
    });
    this.output = output ?? "";
  }
}
