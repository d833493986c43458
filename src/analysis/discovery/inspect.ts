import { textEncoding, type TextEncoding } from "./decode.ts";
import { isGenerated } from "./generated.ts";
import type { LanguageTable } from "./language-table.ts";
import { plainText } from "./text-languages.ts";
import type { Candidate, LeftOutReason } from "./types.ts";

export type Inspection =
  | { skip: "binary" }
  /** `skip`: text that does not count. */
  | { language: string; encoding: TextEncoding; skip?: LeftOutReason };

/**
 * What a file is, now that its bytes are there. Pure, and runs on every file: the costs are one pass each of
 * native code over the bytes. An attribute (`linguist-generated=false`) is believed before the content.
 */
export function inspect(
  content: Uint8Array,
  candidate: Pick<Candidate, "language" | "override" | "leftOut">,
  table: LanguageTable,
): Inspection {
  const encoding = textEncoding(content);
  if (encoding === undefined) return { skip: "binary" };
  const language = candidate.language ?? table.byShebang(firstLine(content)) ?? plainText.id;
  const skip = candidate.leftOut ?? reasonByContent(content, language, candidate);
  return skip === undefined ? { language, encoding } : { language, encoding, skip };
}

function reasonByContent(
  content: Uint8Array,
  language: string,
  { override }: Pick<Candidate, "override">,
): LeftOutReason | undefined {
  if (override?.generated === false) return undefined;
  if (minifiable.has(language) && isMinified(content)) return "minified";
  return isGenerated(content) ? "generated" : undefined;
}

const minifiable: ReadonlySet<string> = new Set(["javascript", "typescript", "css", "less", "sass"]);

const lineFeed = 10;

/**
 * Linguist's measure, more than 110 bytes a line on average, and a line that nobody writes by hand: a short file
 * of a few long lines is not minified, nor is a long one with a table in it.
 */
function isMinified(content: Uint8Array): boolean {
  if (content.length < 500) return false;
  const enough = content.length / 110;
  let lines = 0;
  let longest = 0;
  let start = 0;
  // A plain loop: lines are short, and a native search for each costs more than its bytes.
  for (let at = 0; at < content.length; at++) {
    if (content[at] !== lineFeed) continue;
    longest = Math.max(longest, at - start);
    start = at + 1;
    lines++;
    // Enough lines for a low average already: most files end here, a third of the way through.
    if (lines >= enough) return false;
  }
  return Math.max(longest, content.length - start) > 500;
}

function firstLine(content: Uint8Array): string {
  if (content[0] !== 0x23 || content[1] !== 0x21) return "";
  const head = Buffer.from(content.buffer, content.byteOffset, Math.min(content.byteLength, 256)).toString(
    "latin1",
  );
  return head.split("\n", 1)[0] as string;
}
