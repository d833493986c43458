const SIGNATURE_LENGTH = 160;

/** What stands between two positions, white space folded, cut to 160 characters. Reads no further than it needs. */
export function signature(text: string, start: number, stop: number): string {
  // Most declarations are short and need no folding; looking costs a fraction of cutting them into words.
  const limit = Math.min(stop, start + SIGNATURE_LENGTH + 1);
  let at = start;
  for (let before = 32; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 || code > 126 || (code === 32 && before === 32)) break;
    before = code;
  }
  if (at === limit && text.charCodeAt(limit - 1) !== 32) return cut(text.slice(start, limit));
  return cut(folded(text, start, stop));
}

function cut(line: string): string {
  return line.length > SIGNATURE_LENGTH ? `${line.slice(0, SIGNATURE_LENGTH - 1)}…` : line;
}

/** What is looked at first: nearly every signature is found in here. */
const WINDOW = 4 * SIGNATURE_LENGTH;
const SPACES = /[\0-\x20\x7f\xa0\u2028\u2029\ufeff]+/g;

function folded(text: string, start: number, stop: number): string {
  const window = text.slice(start, Math.min(stop, start + WINDOW)).replace(SPACES, " ");
  // Not `trim`: it takes more for space.
  const from = window.startsWith(" ") ? 1 : 0;
  const line = window.slice(from, window.length > 1 && window.endsWith(" ") ? -1 : undefined);
  if (stop <= start + WINDOW || line.length > SIGNATURE_LENGTH) return line;
  return foldedByWord(text, start, stop);
}

function foldedByWord(text: string, start: number, stop: number): string {
  const words: string[] = [];
  let length = -1; // of the words with a space between each two
  for (let at = start; at < stop && length <= SIGNATURE_LENGTH;) {
    while (at < stop && isSpace(text.charCodeAt(at))) at++;
    const from = at;
    // A word that is longer than all that is shown need not be read to its end.
    const limit = Math.min(stop, from + SIGNATURE_LENGTH + 1);
    while (at < limit && !isSpace(text.charCodeAt(at))) at++;
    if (at === from) break;
    words.push(text.slice(from, at));
    length += at - from + 1;
  }
  return words.join(" ");
}

function isSpace(code: number): boolean {
  if (code > 32 && code < 0xa0) return code === 0x7f;
  return code <= 32 || code === 0xa0 || code === 0x2028 || code === 0x2029 || code === 0xfeff;
}

/** Longer lines are not read to their end: a file may be one line, and every declaration in it asks. */
const LINE_LENGTH = 64 * SIGNATURE_LENGTH;

/** Where the line of a position ends, as far as a signature needs it, but not behind `stop`. */
export function endOfLine(text: string, start: number, stop: number): number {
  const limit = Math.min(stop, start + LINE_LENGTH);
  let at = start;
  while (at < limit && text.charCodeAt(at) !== 10) at++;
  return at;
}

/** The last position of a node that is not a line end: some grammars let a node swallow the newline behind it. */
export function lastCharacter(text: string, end: number): number {
  let at = end - 1;
  while (at > 0 && (text.charCodeAt(at) === 10 || text.charCodeAt(at) === 13)) at--;
  return Math.max(at, 0);
}
