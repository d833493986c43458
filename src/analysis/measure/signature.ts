const SIGNATURE_LENGTH = 160;

/** What stands between two positions, on one line, cut to 160 characters. */
export function signature(text: string, start: number, stop: number): string {
  // Long initialisers are cut before they are folded; 4× leaves room for indentation.
  const raw = text.slice(start, Math.min(stop, start + SIGNATURE_LENGTH * 4));
  const folded = isFolded(raw) ? raw : raw.replace(/\s+/g, " ").trim();
  return folded.length > SIGNATURE_LENGTH ? `${folded.slice(0, SIGNATURE_LENGTH - 1)}…` : folded;
}

/** Most declarations need no folding, and looking is several times cheaper than a regular expression. */
function isFolded(text: string): boolean {
  let before = 32;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 || code > 126 || (code === 32 && before === 32)) return false;
    before = code;
  }
  return before !== 32;
}

/** Where the line of a position ends, but not behind `stop`. */
export function endOfLine(text: string, start: number, stop: number): number {
  const end = text.indexOf("\n", start);
  return end < 0 || end > stop ? stop : end;
}

/** The last position of a node that is not a line end: some grammars let a node swallow the newline behind it. */
export function lastCharacter(text: string, end: number): number {
  let at = end - 1;
  while (at > 0 && (text.charCodeAt(at) === 10 || text.charCodeAt(at) === 13)) at--;
  return Math.max(at, 0);
}
