export interface Column {
  /** Numbers stand right. */
  right?: boolean;
  /** Longer cells lose their middle. */
  max?: number;
}

/** Rows of cells as lines, columns two spaces apart. Names of files may hold anything: control characters are shown. */
export function columns(rows: readonly (readonly string[])[], shape: readonly Column[]): string[] {
  const cells = rows.map((row) => row.map((cell, index) => shorten(visible(cell), shape[index]?.max)));
  const widths = shape.map((_, index) =>
    Math.max(0, ...cells.map((row) => characters(row[index] ?? "").length)),
  );
  return cells.map((row) =>
    row
      .map((cell, index) => {
        const room = " ".repeat(Math.max(0, widths[index]! - characters(cell).length));
        return shape[index]?.right === true ? room + cell : cell + room;
      })
      .join("  ")
      .trimEnd(),
  );
}

function shorten(cell: string, max: number | undefined): string {
  const all = characters(cell);
  if (max === undefined || all.length <= max) return cell;
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
