import { h } from "./dom.ts";

/** A share as a line under a row; what it says stands in figures, too. */
export function bar(share: number): HTMLElement {
  const filled = h("i");
  filled.style.width = `${Math.max(1, Math.round(share * 100))}%`;
  return h("b", { class: "bar", "aria-hidden": "true" }, filled);
}
