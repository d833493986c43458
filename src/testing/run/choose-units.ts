import picomatch from "picomatch";
import type { TestUnit } from "../model.ts";
import type { TestRunRecord } from "../run-record.ts";
import { NoTestsError } from "./errors.ts";
import type { TestOptions } from "./options.ts";
import { unitsOfShard } from "./shard-units.ts";

/** What of a platform's units is to be run, and how many there were after each choice. */
export interface ChosenUnits {
  readonly units: readonly TestUnit[];
  readonly listed: number;
  /** Of those, what `--only` allows. */
  readonly matching: number;
  /** Of those, what is near a change, if nothing else is to be run. */
  readonly near: number;
}

type Choice = Pick<TestOptions, "only" | "changed" | "shard">;

export function chooseUnits(
  listed: readonly TestUnit[],
  { only, changed, shard }: Choice,
  isNear: ((unit: TestUnit) => boolean) | undefined,
): ChosenUnits {
  const matches = only.length === 0 ? undefined : matching(only);
  const matched = matches === undefined ? listed : listed.filter(matches);
  const near = changed === "only" && isNear !== undefined ? matched.filter(isNear) : matched;
  return {
    units: shard === undefined ? near : unitsOfShard(near, shard),
    listed: listed.length,
    matching: matched.length,
    near: near.length,
  };
}

/**
 * A run of nothing is a mistake. A shard may be empty: there are more of them than files, and the others have all there is.
 * @throws NoTestsError when there are no tests on any platform, or a choice leaves none
 */
export function requireSome(chosen: readonly ChosenUnits[], { only, changed }: Choice): void {
  if (chosen.every(({ listed }) => listed === 0))
    throw new NoTestsError("there are no tests in any project that was found");
  if (chosen.every(({ matching }) => matching === 0))
    throw new NoTestsError(`no test file matches ${only.map((one) => `"${one}"`).join(" or ")}`);
  if (changed === "only" && chosen.every(({ near }) => near === 0))
    throw new NoTestsError("no test file is near what has changed since the commit");
}

/**
 * Nor is a run that found files and no test in them a passed one. A shard may have nothing but such files.
 * @throws NoTestsError
 */
export function requireResults({ verdict, tests, units }: TestRunRecord, { shard }: Choice): void {
  if (verdict === "passed" && shard === undefined && units.length > 0 && tests.length === 0)
    throw new NoTestsError("there is no test in the files that were run");
}

function matching(only: readonly string[]): (unit: TestUnit) => boolean {
  const matches = only.map((pattern) => {
    const glob = picomatch(pattern, { dot: true });
    return ({ file }: TestUnit): boolean => glob(file) || file.includes(pattern);
  });
  return (unit) => matches.some((match) => match(unit));
}
