/** Meaning, not colour: without colour nothing is lost but emphasis. */
export type Tone = "plain" | "strong" | "dim" | "good" | "warn" | "bad";

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** A line of the screen. */
export type Line = readonly Span[];

export function span(text: string, tone: Tone = "plain"): Span {
  return { text, tone };
}

/** Code points; names of hosts and figures are one column each. */
export function widthOf(text: string): number {
  return text.length < 2 ? text.length : Array.from(text).length;
}

export function padded(text: string, width: number, right = false): string {
  const room = " ".repeat(Math.max(0, width - widthOf(text)));
  return right ? room + text : text + room;
}

/** At most `width` wide; what is cut ends in `…`. */
export function shortened(text: string, width: number): string {
  const all = Array.from(text);
  if (all.length <= width) return text;
  return width < 1 ? "" : `${all.slice(0, width - 1).join("")}…`;
}

/** The part of a line that fits. */
export function cut(line: Line, width: number): Line {
  let room = width;
  return line.flatMap((part) => {
    const text = shortened(part.text, room);
    room -= widthOf(text);
    return text === "" ? [] : [{ ...part, text }];
  });
}

/** `left` and, where there is room for both, `right` at the right edge. */
export function spread(left: Line, right: Line, width: number): Line {
  const used = (line: Line): number => line.reduce((sum, { text }) => sum + widthOf(text), 0);
  const gap = width - used(left) - used(right);
  return gap >= 2 ? [...left, span(" ".repeat(gap)), ...right] : left;
}

/** `█` for what is done, `░` for what is not. */
export function bar(part: number, cells: number, tone: Tone): Line {
  const full = Math.max(0, Math.min(cells, Math.floor(part * cells)));
  return [span("█".repeat(full), tone), span("░".repeat(cells - full), "dim")];
}

export function plainText(line: Line): string {
  return line.map(({ text }) => text).join("");
}
