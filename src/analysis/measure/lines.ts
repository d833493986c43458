import type { LineCounts } from "../facts.ts";
import { Role } from "./compile.ts";

const CODE = 2;
const COMMENT = 1;

/**
 * Classifies the lines of one text from its tokens. A line is blank when it holds
 * only white space, comment when everything on it is comment, else code.
 */
export class LineClasses {
  #starts = new Int32Array(1024);
  #class = new Uint8Array(1024);
  #blank = new Uint8Array(1024);
  #count = 0;

  reset(text: string): void {
    let count = 0;
    let start = 0;
    const { length } = text;
    while (start < length) {
      if (count + 1 >= this.#starts.length) this.#grow();
      let end = text.indexOf("\n", start);
      if (end < 0) end = length;
      this.#starts[count] = start;
      let at = start;
      while (at < end && isSpace(text.charCodeAt(at))) at++;
      this.#blank[count] = at === end ? 1 : 0;
      this.#class[count] = 0;
      count++;
      start = end + 1;
    }
    this.#starts[count] = length + 1;
    this.#count = count;
  }

  #grow(): void {
    const starts = new Int32Array(this.#starts.length * 2);
    starts.set(this.#starts);
    this.#starts = starts;
    const classes = new Uint8Array(this.#class.length * 2);
    classes.set(this.#class);
    this.#class = classes;
    const blank = new Uint8Array(this.#blank.length * 2);
    blank.set(this.#blank);
    this.#blank = blank;
  }

  get count(): number {
    return this.#count;
  }

  /** A token that is not empty, by the row of its start and the position behind it. */
  token(row: number, end: number, role: number): void {
    if (role & Role.blank) return;
    const mark = role & Role.comment ? COMMENT : CODE;
    this.#class[row]! |= mark;
    const starts = this.#starts;
    while (row + 1 < this.#count && starts[row + 1]! < end) this.#class[++row]! |= mark;
  }

  /** Row (from 0) of a position. */
  rowOf(position: number): number {
    const starts = this.#starts;
    let low = 0;
    let high = this.#count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  lineEnd(row: number): number {
    return this.#starts[row + 1]! - 1;
  }

  totals(): LineCounts {
    let code = 0;
    let comment = 0;
    let blank = 0;
    for (let row = 0; row < this.#count; row++) {
      if (this.#blank[row]) blank++;
      else if (this.#class[row] === COMMENT) comment++;
      else code++;
    }
    return { code, comment, blank };
  }

  /** [n] = code lines among the first n lines. */
  codeBefore(): Int32Array {
    const before = new Int32Array(this.#count + 2);
    for (let row = 0; row < this.#count; row++) {
      const isCode = !this.#blank[row] && this.#class[row] !== COMMENT;
      before[row + 1] = before[row]! + (isCode ? 1 : 0);
    }
    before[this.#count + 1] = before[this.#count]!;
    return before;
  }
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0xfeff;
}
