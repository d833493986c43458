import { EVERYTHING, type NameFacts } from "../exports/index.ts";

/** Who uses a name: bits. */
export const Use = { code: 1, tests: 2 } as const;

/**
 * Which names of which files are used, through files that pass names of others on. `leadsTo` says which files a module means, as
 * it is written in a file.
 */
export class NameUses {
  readonly #names: readonly (NameFacts | undefined)[];
  readonly leadsTo: (file: number, raw: string) => readonly number[];
  readonly #uses = new Map<number, Map<string, number>>();

  constructor(
    names: readonly (NameFacts | undefined)[],
    leadsTo: (file: number, raw: string) => readonly number[],
  ) {
    this.#names = names;
    this.leadsTo = leadsTo;
  }

  of(file: number, name: string): number {
    const uses = this.#uses.get(file);
    return (uses?.get(name) ?? 0) | (uses?.get(EVERYTHING) ?? 0);
  }

  /** Notes that somebody takes a name of a file, or `*`: all of them. Files that pass each other on in a circle are fine. */
  use(file: number, name: string, by: number): void {
    const open: [file: number, name: string][] = [[file, name]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [at, wanted] = next;
      if (!this.#note(at, wanted, by)) continue;
      for (const [raw, from] of this.#passedOn(at, wanted))
        for (const target of this.leadsTo(at, raw)) open.push([target, from]);
    }
  }

  /** False where that was known. */
  #note(file: number, name: string, by: number): boolean {
    let uses = this.#uses.get(file);
    if (uses === undefined) this.#uses.set(file, (uses = new Map()));
    const known = uses.get(name) ?? 0;
    uses.set(name, known | by);
    return (known | by) !== known;
  }

  /** Where a name that a file does not export by itself comes from. */
  #passedOn(file: number, name: string): [raw: string, from: string][] {
    const { exports = [], passes = [] } = this.#names[file] ?? {};
    if (name === EVERYTHING) return passes.map(({ raw, from }) => [raw, from]);
    if (exports.some((one) => one.name === name)) return [];
    const named = passes.filter((one) => one.name === name);
    if (named.length > 0) return named.map(({ raw, from }) => [raw, from]);
    // `export *` passes everything on but the default.
    return name === "default"
      ? []
      : passes.filter(({ from }) => from === EVERYTHING).map(({ raw }) => [raw, name]);
  }
}
