/** A step of tainted data on its way: a node, and what happens there. */
export interface Step {
  node: number;
  message: string;
  before: Step | undefined;
  /** Steps up to here. */
  length: number;
}

/** Where tainted data comes from: a source, or (negative) a parameter of the function that is looked at. */
export interface Origin {
  /** Number of the source, or -1 - number of the parameter. */
  from: number;
  step: Step;
}

export type Taint = readonly Origin[];

export const CLEAN: Taint = [];

/** Sources that are told apart for one value. */
const MOST_ORIGINS = 6;
/** Steps that are kept of one flow. */
const MOST_STEPS = 24;

export function join(a: Taint, b: Taint): Taint {
  if (b.length === 0 || a === b) return a;
  if (a.length === 0) return b;
  const more = b.filter((one) => !a.some((other) => other.from === one.from));
  return more.length === 0 ? a : [...a, ...more].slice(0, MOST_ORIGINS);
}

/** The same data, one step further. */
export function moved(taint: Taint, node: number, message: string): Taint {
  if (taint.length === 0) return taint;
  return taint.map(({ from, step }) => ({ from, step: next(step, node, message) }));
}

export function next(before: Step | undefined, node: number, message: string): Step {
  if (before !== undefined && (before.length >= MOST_STEPS || before.node === node)) return before;
  return { node, message, before, length: (before?.length ?? 0) + 1 };
}

/** The steps of a callee behind those of its caller. */
export function appended(caller: Step, callee: Step | undefined): Step {
  if (callee === undefined) return caller;
  return next(appended(caller, callee.before), callee.node, callee.message);
}

export function stepsOf(last: Step | undefined): Step[] {
  const steps: Step[] = [];
  for (let step = last; step !== undefined; step = step.before) steps.push(step);
  return steps.toReversed();
}

/** What names hold: `x`, `this.x`. A name that is known to hold nothing tainted has an empty entry. */
export class Held {
  readonly #byName: Map<string, Taint>;

  constructor(byName: Map<string, Taint> = new Map()) {
    this.#byName = byName;
  }

  get(name: string): Taint | undefined {
    return this.#byName.get(name);
  }

  set(name: string, taint: Taint): void {
    if (taint.length > 0 || this.#byName.has(name) || name.includes(".")) this.#byName.set(name, taint);
  }

  add(name: string, taint: Taint): void {
    if (taint.length > 0) this.#byName.set(name, join(this.#byName.get(name) ?? CLEAN, taint));
  }

  copy(): Held {
    return new Held(new Map(this.#byName));
  }

  /** What may be held after one of several ways. */
  static after(ways: readonly Held[]): Held {
    const [first, ...others] = ways;
    if (first === undefined) return new Held();
    const joined = new Map(first.#byName);
    for (const other of others) {
      for (const [name, taint] of other.#byName) joined.set(name, join(joined.get(name) ?? CLEAN, taint));
    }
    return new Held(joined);
  }
}
