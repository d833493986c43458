import type { HostSpec, Item } from "#schedule";
import type { TestUnit } from "../model.ts";

/** A unit and attempt as the scheduler sees it. */
export interface UnitItem extends Item {
  readonly unit: TestUnit;
  readonly attempt: number;
}

/** Starting on a unit costs about as much as running so many bytes of test code. */
const bytesPerUnit = 2000;
/** A test that stands elsewhere runs all the same: it is inherited, or one of many values of a parameter. */
const bytesPerTest = 1000;

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

function guess({ bytes, tests = 0 }: TestUnit): number {
  return bytesPerUnit + bytes + bytesPerTest * tests;
}

export function weightOf(items: readonly UnitItem[]): number {
  return items.reduce((sum, { weight }) => sum + weight, 0);
}

/** So much of the expected cost has to be known from earlier runs for it to be a time. */
const mostlyTimed = 0.8;

export function isMostlyTimed(items: readonly UnitItem[], known: ReadonlyMap<string, number>): boolean {
  return weightOf(items.filter(({ unit }) => known.has(unit.id))) >= weightOf(items) * mostlyTimed;
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
