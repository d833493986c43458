import { h } from "./dom.ts";

/** Rows that are made and dropped together. */
const PAGE = 50;
/** How far around the screen rows are made, in pixels. */
const AROUND = 900;
/** Height of a row before any has been seen. */
const GUESS = 33;

/**
 * The rows of a table that are near the screen. All others are two empty rows as high as they: exactly, where they have been seen,
 * else as high as those that were on average.
 */
export class RowWindow<Row> {
  readonly #table: HTMLTableElement;
  readonly #body: HTMLElement;
  readonly #make: (row: Row) => HTMLElement;
  readonly #above = spacer();
  readonly #below = spacer();
  readonly #pages = new Map<number, HTMLElement[]>();
  #rows: readonly Row[] = [];
  /** Of pages that have been seen. */
  #heights = new Map<number, number>();
  #waits = false;

  constructor(table: HTMLTableElement, body: HTMLElement, make: (row: Row) => HTMLElement) {
    this.#table = table;
    this.#body = body;
    this.#make = make;
    const look = (): void => {
      // A table that was taken off the page is of interest to nobody.
      if (!table.isConnected) {
        removeEventListener("scroll", look);
        removeEventListener("resize", look);
      } else if (!this.#waits) {
        this.#waits = true;
        requestAnimationFrame(() => {
          this.#waits = false;
          this.#draw();
        });
      }
    };
    // It is put onto the page after this.
    requestAnimationFrame(() => {
      addEventListener("scroll", look, { passive: true });
      addEventListener("resize", look);
      look();
    });
  }

  show(rows: readonly Row[]): void {
    this.#rows = rows;
    this.#heights = new Map();
    this.#pages.clear();
    this.#body.replaceChildren();
    this.#draw();
  }

  get #count(): number {
    return Math.ceil(this.#rows.length / PAGE);
  }

  #draw(): void {
    const [first, last] = this.#near();
    for (const [page, rows] of this.#pages) {
      if (page >= first && page <= last) continue;
      for (const row of rows) row.remove();
      this.#pages.delete(page);
    }
    const made: number[] = [];
    for (let page = first; page <= last; page++) {
      if (this.#pages.has(page)) continue;
      const rows = this.#rows.slice(page * PAGE, (page + 1) * PAGE).map(this.#make);
      const next = [...this.#pages].filter(([other]) => other > page).sort(([a], [b]) => a - b)[0]?.[1][0];
      if (next !== undefined) next.before(...rows);
      else if (this.#below.isConnected) this.#below.before(...rows);
      else this.#body.append(...rows);
      this.#pages.set(page, rows);
      made.push(page);
    }
    this.#fix();
    for (const page of made) {
      const rows = this.#pages.get(page)!;
      const height = rows.at(-1)!.getBoundingClientRect().bottom - rows[0]!.getBoundingClientRect().top;
      if (height > 0) this.#heights.set(page, height);
    }
    this.#space(this.#above, this.#sum(0, first));
    this.#space(this.#below, this.#sum(last + 1, this.#count));
  }

  /** The first and the last page near the screen. */
  #near(): [number, number] {
    const { top } = this.#body.getBoundingClientRect();
    const from = -top - AROUND;
    const to = -top + innerHeight + AROUND;
    let first = 0;
    let at = 0;
    while (first < this.#count - 1 && at + this.#height(first) < from) at += this.#height(first++);
    let last = first;
    at += this.#height(first);
    while (last < this.#count - 1 && at < to) at += this.#height(++last);
    return [first, Math.min(last, this.#count - 1)];
  }

  /** An empty row where there are rows to stand for. */
  #space(row: HTMLElement, height: number): void {
    row.style.height = `${height}px`;
    if (height === 0) row.remove();
    else if (!row.isConnected) this.#body[row === this.#above ? "prepend" : "append"](row);
  }

  #height(page: number): number {
    const known = this.#heights.get(page);
    if (known !== undefined) return known;
    const rows = Math.min(PAGE, this.#rows.length - page * PAGE);
    const [some] = this.#heights.values();
    return rows * (some === undefined ? GUESS : some / Math.min(PAGE, this.#rows.length));
  }

  #sum(from: number, to: number): number {
    let sum = 0;
    for (let page = from; page < to; page++) sum += this.#height(page);
    return sum;
  }

  /** Columns stay as wide as they were at first: other rows must not move them. */
  #fix(): void {
    if (this.#count <= 1 || this.#table.style.tableLayout === "fixed" || !this.#table.isConnected) return;
    const heads = [...this.#table.querySelectorAll("th")];
    const total = this.#table.getBoundingClientRect().width;
    if (total === 0) return;
    const widths = heads.map((head) => head.getBoundingClientRect().width);
    for (const [at, head] of heads.entries())
      if (widths[at]! > 0) head.style.width = `${(widths[at]! / total) * 100}%`;
    this.#table.style.tableLayout = "fixed";
  }
}

function spacer(): HTMLElement {
  return h("tr", { class: "spacer", "aria-hidden": "true" });
}
