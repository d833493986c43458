import type { HostSpec, Item } from "#schedule";
import type { TestUnit } from "../model.ts";

/** A unit and attempt as the scheduler sees it. */
export interface UnitItem extends Item {
  readonly unit: TestUnit;
  readonly attempt: number;
}

/** Starting on a unit costs about as much as running so many bytes of test code. */
const bytesPerUnit = 2000;

/** Expected cost: recorded milliseconds where there are any, else the size, brought to the same scale. */
export function weightsOf(
  units: readonly TestUnit[],
  known: ReadonlyMap<string, number>,
): Map<string, number> {
  const timed = units.filter(({ id }) => known.has(id));
  const ms = timed.reduce((sum, { id }) => sum + known.get(id)!, 0);
  const guessed = timed.reduce((sum, unit) => sum + guess(unit), 0);
  const scale = ms > 0 && guessed > 0 ? ms / guessed : 1;
  return new Map(units.map((unit) => [unit.id, Math.max(1, known.get(unit.id) ?? guess(unit) * scale)]));
}

function guess({ bytes, tests = 1 }: TestUnit): number {
  return bytes + bytesPerUnit * Math.max(1, Math.sqrt(tests));
}

/** What a lease holds is of one project and runner; repetitions of a unit never meet in one. */
export function kindOf({ project, runner }: TestUnit, repetition = 1): string {
  const kind = `${project}|${runner}`;
  return repetition === 1 ? kind : `${kind}|${repetition}`;
}

/** One function for each set of hosts that may not: the scheduler takes it for the name of a queue. */
export class Fits {
  readonly #made = new Map<string, (host: HostSpec) => boolean>();
  readonly #incapable: (project: string, host: string) => boolean;

  /** `incapable`: the host lacks a tool that the project and runner need. */
  constructor(incapable: (kind: string, host: string) => boolean) {
    this.#incapable = incapable;
  }

  for(kind: string, avoid: readonly string[] = []): (host: HostSpec) => boolean {
    const key = [kind, ...avoid].join("\0");
    let fits = this.#made.get(key);
    if (fits === undefined) {
      fits = ({ name }) => !avoid.includes(name) && !this.#incapable(kind, name);
      this.#made.set(key, fits);
    }
    return fits;
  }
}
