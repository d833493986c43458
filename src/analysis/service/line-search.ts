/** Many short texts as the lines of one, so that looking for a part of them is one pass of native code over all. */
export class LineSearch {
  readonly #text: string;
  /** Where each line begins; the last number is the end. */
  readonly #starts: Uint32Array;

  /** Line breaks inside a text count as spaces. */
  constructor(texts: readonly string[]) {
    this.#starts = new Uint32Array(texts.length + 1);
    let at = 1;
    for (const [line, text] of texts.entries()) {
      this.#starts[line] = at;
      at += text.length + 1;
    }
    this.#starts[texts.length] = at;
    this.#text = `\n${texts.map((text) => text.replaceAll("\n", " ")).join("\n")}\n`;
  }

  /** Numbers of the lines that contain it, in order, and where in the line it first stands. */
  *containing(part: string): Generator<readonly [line: number, column: number]> {
    if (part.includes("\n")) return;
    for (let at = this.#text.indexOf(part, 1); at !== -1;) {
      const line = this.#lineAt(at);
      if (line === this.#starts.length - 1) return;
      yield [line, at - this.#starts[line]!];
      at = this.#text.indexOf(part, this.#starts[line + 1]);
    }
  }

  /** Numbers of the lines that begin with it, in order. */
  *beginningWith(part: string): Generator<number> {
    if (part.includes("\n")) return;
    const wanted = `\n${part}`;
    for (let at = this.#text.indexOf(wanted); at !== -1; at = this.#text.indexOf(wanted, at + 1)) {
      const line = this.#lineAt(at + 1);
      if (line === this.#starts.length - 1) return;
      yield line;
    }
  }

  /** The last line that begins at or before. */
  #lineAt(at: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
