/**
 * Text of others in one line: no control characters, none that change the direction of writing, none that nobody sees
 * (Unicode's tag characters hide instructions from people but not from models).
 */
const unseen =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E0FFF}]/gu;

export function plainLine(text: string, maxLength = 240): string {
  const clean = text.replace(/\s*\n\s*/g, " ⏎ ").replace(unseen, "\uFFFD");
  return clean.length > maxLength ? `${clean.slice(0, maxLength - 1)}…` : clean;
}

/** The same for text of several lines; indentation stays. */
export function plainLines(text: string): string[] {
  return text.split(/\r?\n/).map((line) => plainLine(line.trimEnd(), 400));
}
