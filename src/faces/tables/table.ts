import { columns } from "../report/columns.ts";

/** A small table as text; the first row names the columns. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${columns(
    [head, ...rows],
    head.map(() => ({})),
  ).join("\n")}\n`;
}
