export interface Column {
  /** Numbers stand right. */
  right?: boolean;
  /** Longer cells lose their middle, and more of it where the terminal is narrow. */
  max?: number;
  /** Left out where the terminal is too narrow; the last one first. */
  optional?: boolean;
}

/** No cell that may be shortened gets narrower. */
const LEAST = 12;
const GAP = 2;

/**
 * Rows of cells as lines, columns two spaces apart, not wider than `width` where that can be. Names of files may hold
 * anything: control characters are shown.
 */
export function columns(
  rows: readonly (readonly string[])[],
  shape: readonly Column[],
  width = Infinity,
): string[] {
  const cells = rows.map((row) => row.map(visible));
  const widths = shape.map(({ max = Infinity }, index) =>
    Math.min(max, Math.max(0, ...cells.map((row) => characters(row[index] ?? "").length))),
  );
  const kept = fit(widths, shape, width);
  return cells.map((row) =>
    kept
      .map((index) => {
        const cell = shorten(row[index] ?? "", widths[index]!);
        const room = " ".repeat(widths[index]! - characters(cell).length);
        return shape[index]!.right === true ? room + cell : cell + room;
      })
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}

/** Narrows `widths` until all columns fit, then leaves optional ones out; says which are kept. */
function fit(widths: number[], shape: readonly Column[], width: number): number[] {
  let kept = shape.map((_, index) => index);
  const excess = (): number =>
    kept.reduce((sum, index) => sum + widths[index]!, (kept.length - 1) * GAP) - width;
  while (excess() > 0) {
    const flexible = kept.filter((index) => shape[index]!.max !== undefined && widths[index]! > LEAST);
    const dropped = kept.findLast((index) => shape[index]!.optional === true);
    // A path cut a little says more than a column less; one cut to a third does not.
    const widest = flexible.toSorted((a, b) => widths[b]! - widths[a]!)[0];
    if (widest !== undefined && (widths[widest]! > 34 || dropped === undefined)) widths[widest]!--;
    else if (dropped !== undefined) kept = kept.filter((index) => index !== dropped);
    else break;
  }
  return kept;
}

function shorten(cell: string, max: number): string {
  const all = characters(cell);
  if (all.length <= max) return cell;
  const tail = Math.ceil((max - 1) * 0.7);
  return `${all.slice(0, max - 1 - tail).join("")}…${all.slice(-tail).join("")}`;
}

/** Code points: cutting between them never leaves half a character. */
function characters(text: string): string[] {
  return Array.from(text);
}

/** A name from a repository must not move the cursor or change colours. */
export function visible(text: string): string {
  return text.replace(
    /\p{Cc}/gu,
    (character) => `\\x${character.codePointAt(0)!.toString(16).padStart(2, "0")}`,
  );
}
