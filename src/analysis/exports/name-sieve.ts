/** Names that are looked for, told by length and first letter before anything is cut out of the text. */
export class NameSieve {
  readonly #known = new Set<number>();

  constructor(names: Iterable<string>) {
    for (const name of names) this.#known.add(name.length * 65_536 + name.charCodeAt(0));
  }

  has(text: string, start: number, end: number): boolean {
    return this.#known.has((end - start) * 65_536 + text.charCodeAt(start));
  }
}
