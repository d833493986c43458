import { visible } from "../report/columns.ts";

/**
 * Text of a host or a file name, as one line that cannot move the cursor, change colours or turn the direction of
 * what follows.
 */
export function oneLine(text: string): string {
  const line = visible(text.trim().replace(/\s+/g, " "));
  return line.replace(
    /[\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16)}`,
  );
}
