import type { LineCounts } from "../facts.ts";
import { Role } from "./roles.ts";

const CODE = 2;
const COMMENT = 1;

/**
 * Classifies the lines of one text from its tokens. A line is blank when it holds only white space, comment when
 * everything on it is comment, else code. Only lines that no token has spoken for are looked at by themselves.
 */
export class LineClasses {
  #units: Uint16Array = new Uint16Array(0);
  #starts = new Int32Array(1024);
  #class = new Uint8Array(1024);
  #codeBefore = new Int32Array(1024);
  #count = 0;

  reset(text: string, units: Uint16Array): void {
    this.#units = units;
    let starts = this.#starts;
    let count = 0;
    for (let start = 0; start < text.length;) {
      if (count + 2 >= starts.length) starts = this.#grow();
      starts[count++] = start;
      const end = text.indexOf("\n", start);
      start = end < 0 ? text.length : end + 1;
    }
    starts[count] = text.length + 1;
    this.#class.fill(0, 0, count);
    this.#count = count;
  }

  #grow(): Int32Array<ArrayBuffer> {
    const length = this.#starts.length * 2;
    const starts = new Int32Array(length);
    starts.set(this.#starts);
    this.#starts = starts;
    this.#class = new Uint8Array(length);
    this.#codeBefore = new Int32Array(length);
    return starts;
  }

  /** A token of fixed text on one line. */
  fixedToken(row: number): void {
    this.#class[row]! |= CODE;
  }

  /** A token that is not empty, by the row of its start, its first position and the one behind it. */
  token(row: number, start: number, end: number, role: number): void {
    const mark = role & Role.comment ? COMMENT : CODE;
    if (!isSpace(this.#units[start]!) || !this.#isBlank(row)) this.#class[row]! |= mark;
    // Behind the last row stands a position that no token reaches.
    const starts = this.#starts;
    for (let next = row + 1; starts[next]! < end; next++) {
      if (!this.#isBlank(next)) this.#class[next]! |= mark;
    }
  }

  #isBlank(row: number): boolean {
    const end = this.#starts[row + 1]! - 1;
    let at = this.#starts[row]!;
    while (at < end && isSpace(this.#units[at]!)) at++;
    return at >= end;
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

  /** After the last token: all lines of the text. */
  finish(): LineCounts {
    const before = this.#codeBefore;
    let code = 0;
    let comment = 0;
    for (let row = 0; row < this.#count; row++) {
      before[row] = code;
      const kind = this.#class[row]!;
      if (kind === COMMENT) comment++;
      // Text that no token holds lies in an error.
      else if (kind !== 0 || !this.#isBlank(row)) code++;
    }
    before[this.#count] = code;
    return { code, comment, blank: this.#count - code - comment };
  }

  /** After `finish`: code lines from one line to another, both from 1 and inclusive. */
  codeIn(line: number, endLine: number): number {
    return (
      this.#codeBefore[Math.min(endLine, this.#count)]! - this.#codeBefore[Math.min(line - 1, this.#count)]!
    );
  }
}

function isSpace(code: number): boolean {
  // Nearly every token begins with what this line turns away.
  if (code > 32 && code < 0xa0) return false;
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0xfeff;
}
