/** Control characters, and those that turn the direction of writing: both can make a screen say what is not so. */
const unsafe = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/**
 * Text of a host for a terminal: what would garble it is shown as `\x1b`. Tabs stay; with `lines`, so do ends of
 * lines.
 */
export function shownText(text: string, { lines = false }: { lines?: boolean } = {}): string {
  const ended = lines ? text.replaceAll("\r\n", "\n") : text;
  return ended.replace(unsafe, (character) => {
    if (character === "\t" || (lines && character === "\n")) return character;
    const code = character.codePointAt(0) ?? 0;
    return code < 256
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
