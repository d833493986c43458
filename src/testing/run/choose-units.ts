import picomatch from "picomatch";
import type { TestUnit } from "../model.ts";
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

function matching(only: readonly string[]): (unit: TestUnit) => boolean {
  const matches = only.map((pattern) => {
    const glob = picomatch(pattern, { dot: true });
    return ({ file }: TestUnit): boolean => glob(file) || file.includes(pattern);
  });
  return (unit) => matches.some((match) => match(unit));
}
