import { titleOf } from "../cargo/output.ts";
import {
  type Ending,
  endingOfStopped,
  failureOfProcess,
  runUnitProcess,
  type UnitRun,
} from "../common/unit-session.ts";
import type { NextestSuite } from "./listing.ts";
import { NextestOutput } from "./output.ts";

/** Exit codes of a run that came to its end: all passed, no test to run, some failed. https://docs.rs/nextest-metadata */
const endedCodes: readonly (number | null)[] = [0, 4, 100];

/** Runs a binary, or the part of it that the unit is. */
export async function runSuite(run: UnitRun, suite: NextestSuite): Promise<Ending> {
  const { unit, context } = run;
  const chosen = unit.selection === undefined ? undefined : new Set(unit.selection);
  const isChosen = (test: string): boolean => chosen?.has(test) !== false;
  for (const test of suite.ignored.filter(isChosen))
    run.test({ title: titleOf(test), outcome: "skipped", ms: 0 });
  const tests = suite.tests.filter(isChosen);
  if (tests.length === 0) return { end: "done" };
  const output = new NextestOutput(run, tests);
  const finished = await runUnitProcess(
    run,
    {
      program: "cargo",
      args: [
        "nextest",
        "run",
        "--workspace",
        "--message-format",
        "libtest-json-plus",
        "--no-fail-fast",
        // Tests are tried again on another host, which counts them.
        "--retries",
        "0",
        ...context.args,
        "-E",
        filterOf(suite.id, chosen === undefined ? undefined : tests),
      ],
      env: { ...context.env, NEXTEST_EXPERIMENTAL_LIBTEST_JSON: "1" },
    },
    output.write,
  );
  const stopped = endingOfStopped(finished, context);
  if (stopped !== undefined) return stopped;
  if (tests.every((test) => output.ended.has(test))) return { end: "done" };
  const failure = failureOfProcess("cargo nextest", finished);
  const isOver = endedCodes.includes(finished.end.code);
  // It came to its end without a word about some of the tests that it had listed.
  return { end: isOver || output.ended.size === 0 ? "broken" : "crashed", failure };
}

/** An expression of nextest's for a binary, or some of its tests. https://nexte.st/docs/filtersets/reference */
export function filterOf(binary: string, tests?: readonly string[]): string {
  const id = `binary_id(=${escaped(binary)})`;
  return tests === undefined ? id : `${id} & (${tests.map((test) => `test(=${escaped(test)})`).join(" | ")})`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\),]/g, String.raw`\$&`);
}
