import type { LineCounts } from "../facts.ts";
import { plainText, type TextLanguage, textLanguages } from "./text-languages.ts";

const byId: ReadonlyMap<string, TextLanguage> = new Map(textLanguages.map((each) => [each.id, each]));

/**
 * Lines of a language that is not parsed: blank = white space only, comment = nothing but comments, else code.
 * Lines end with a line feed; the last one need not. Comments are told by their markers alone, block comments do
 * not nest, and quotes are minded only within a line (as scc and tokei do, nearly). An unknown id counts as plain
 * text.
 */
export function countTextLines(text: string, languageId: string): LineCounts {
  const language = byId.get(languageId) ?? plainText;
  const counts: LineCounts = { code: 0, comment: 0, blank: 0 };
  /** Closing mark of the block comment that is open. */
  let open: string | undefined;
  for (let start = 0; start < text.length;) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    const line = text.slice(start, end).trim();
    start = end + 1;
    if (line === "") {
      counts.blank++;
      continue;
    }
    const { hasCode, closing } = readLine(line, language, open);
    open = closing;
    if (hasCode) counts.code++;
    else counts.comment++;
  }
  return counts;
}

function readLine(
  line: string,
  language: TextLanguage,
  openBefore: string | undefined,
): { hasCode: boolean; closing: string | undefined } {
  const { line: lineMarks = [], block = [], quotes = `"'`, blockAtStart = false } = language;
  let hasCode = false;
  let open = openBefore;
  let at = 0;
  // Where no block comment opens the rest of the line needs no look at each character.
  if (open === undefined && !block.some(([mark]) => line.includes(mark))) {
    return { hasCode: !lineMarks.some((mark) => line.startsWith(mark)), closing: undefined };
  }
  while (at < line.length) {
    if (open !== undefined) {
      const close = line.indexOf(open, at);
      if (close < 0) return { hasCode, closing: open };
      at = close + open.length;
      open = undefined;
      continue;
    }
    const character = line.charAt(at);
    const mayOpen = at === 0 || !blockAtStart;
    const opening = mayOpen ? block.find(([mark]) => line.startsWith(mark, at)) : undefined;
    if (opening) {
      open = opening[1];
      at += opening[0].length;
    } else if (lineMarks.some((mark) => line.startsWith(mark, at))) {
      return { hasCode, closing: undefined };
    } else if (quotes.includes(character)) {
      hasCode = true;
      at = afterQuote(line, at);
    } else {
      if (character.trim() !== "") hasCode = true;
      at++;
    }
  }
  return { hasCode, closing: open };
}

/** Index behind a quoted text; the line's end where it is not closed. */
function afterQuote(line: string, at: number): number {
  const mark = line[at];
  for (let i = at + 1; i < line.length; i++) {
    if (line[i] === "\\") i++;
    else if (line[i] === mark) return i + 1;
  }
  return line.length;
}
