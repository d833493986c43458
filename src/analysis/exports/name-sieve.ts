/** Names that are looked for, told by first letter and length, nearly, before anything is cut out of the text. */
export class NameSieve {
  /** First letter → a bit for each length. */
  readonly #lengths = new Uint32Array(128);

  constructor(names: Iterable<string>) {
    for (const name of names) this.#lengths[name.charCodeAt(0) & 127]! |= 1 << (name.length & 31);
  }

  has(text: string, start: number, end: number): boolean {
    return ((this.#lengths[text.charCodeAt(start) & 127]! >>> ((end - start) & 31)) & 1) !== 0;
  }
}
