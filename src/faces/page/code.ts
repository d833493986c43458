import { h } from "./dom.ts";

/** Lines of source with their numbers; `from` to `to` are marked. */
export function code(excerpt: { line: number; text: string }, from = 0, to = from): HTMLElement {
  return h(
    "pre",
    { class: "code", tabindex: 0 },
    excerpt.text.split("\n").map((text, at) => {
      const line = excerpt.line + at;
      const isMarked = line >= from && line <= to;
      return h("span", { class: isMarked ? "line marked" : "line", "data-line": line }, `${text}\n`);
    }),
  );
}
