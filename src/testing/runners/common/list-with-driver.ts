import { statSync } from "node:fs";
import type { TestUnit } from "../../model.ts";
import { RunnerError } from "../errors.ts";
import type { RunnerContext } from "../runner.ts";
import { type Driver, DriverSession } from "./driver-session.ts";
import { asFileOfTree, inProject, unitOf } from "./unit-paths.ts";

/** All units as the driver tells them, sorted by file. */
export async function listWithDriver(
  runner: string,
  driver: Driver,
  context: RunnerContext,
  signal: AbortSignal,
): Promise<TestUnit[]> {
  const session = new ListingSession(runner, driver, context);
  try {
    return await session.units(signal);
  } finally {
    await session.stop();
  }
}

/** A session that also lists: whoever has listed with it need not start the runner again. */
export class ListingSession extends DriverSession {
  readonly #runner: string;
  readonly #context: RunnerContext;

  constructor(runner: string, driver: Driver, context: RunnerContext) {
    super(driver, context);
    this.#runner = runner;
    this.#context = context;
  }

  /** @throws RunnerError */
  async units(signal: AbortSignal): Promise<TestUnit[]> {
    const listed = await this.list(signal);
    signal.throwIfAborted();
    if (!("units" in listed)) {
      throw new RunnerError(this.#runner, listed.message, { output: listed.details ?? "" });
    }
    const { project } = this.#context;
    return listed.units
      .map(({ file, ...more }) =>
        unitOf(this.#runner, project, inProject(project, asFileOfTree(project, file)), {
          bytes: sizeOf(file),
          ...more,
        }),
      )
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
