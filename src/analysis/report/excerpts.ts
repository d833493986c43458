import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { maskSecrets } from "../secrets/index.ts";

/** Some lines of a file, as they are when a report is written; `line` is the number of the first. */
export interface Excerpt {
  line: number;
  text: string;
}

const MOST_BYTES = 2_000_000;
/** Longer lines are cut: nobody reads them, and some files have nothing else. */
const MOST_COLUMNS = 240;
/** Files whose lines are kept. */
const KEPT = 200;

/** Lines of files for reports. A file that has gone or grown too large since has none. */
export class Excerpts {
  readonly #root: string;
  readonly #lines = new Map<string, readonly string[]>();

  constructor(root: string) {
    this.#root = root;
  }

  around(file: string, line: number, endLine: number, more: number): Excerpt | undefined {
    return this.lines(file, Math.max(1, line - more), Math.min(endLine, line + 20) + more);
  }

  /** From `first` to `last`, both from 1 and inclusive. */
  lines(file: string, first: number, last: number): Excerpt | undefined {
    const lines = this.#read(file).slice(first - 1, last);
    if (lines.length === 0) return undefined;
    return {
      line: first,
      text: lines
        .map((line) => (line.length > MOST_COLUMNS ? `${line.slice(0, MOST_COLUMNS)}…` : line))
        .join("\n"),
    };
  }

  #read(file: string): readonly string[] {
    const known = this.#lines.get(file);
    if (known !== undefined) return known;
    // Whatever the excerpt is about: no report shows a secret.
    const lines = maskSecrets(readText(path.join(this.#root, file))).split(/\r\n|\r|\n/);
    if (this.#lines.size >= KEPT) this.#lines.delete(this.#lines.keys().next().value!);
    this.#lines.set(file, lines);
    return lines;
  }
}

function readText(file: string): string {
  let descriptor: number;
  try {
    // Neither a FIFO nor a link that took the file's place is read.
    descriptor = openSync(
      file,
      constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0),
    );
  } catch {
    return "";
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size > MOST_BYTES) return "";
    const bytes = Buffer.alloc(stat.size);
    return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, stat.size, 0));
  } catch {
    return "";
  } finally {
    closeSync(descriptor);
  }
}
