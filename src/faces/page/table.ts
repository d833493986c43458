import { count, h } from "./dom.ts";
import { RowWindow } from "./row-window.ts";

export interface Column<Row> {
  title: string;
  /** What is shown; also what is sorted by, where it is a number. */
  value: (row: Row) => number | string;
  /** In place of the value. */
  show?: (row: Row) => Node | string;
  /** Not shown on narrow screens. */
  isExtra?: boolean;
}

export interface TableOptions<Row> {
  /** What the filter looks at. */
  text?: (row: Row) => string;
  choices?: { name: string; of: (row: Row) => string }[];
  open?: (row: Row) => void;
  label: string;
}

/** A table that sorts by its columns, filters by text and makes the rows that are looked at: any number of them is smooth. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: TableOptions<Row>,
): HTMLElement {
  const find = finder(rows, columns, options);
  const kinds = columns.map((column) => kindOf(column, rows));
  let sortedBy: { column: number; isDown: boolean } | undefined;
  let words: string[] = [];
  const chosen = new Map<string, string>();
  const body = h("tbody");
  const found = h("span", { class: "quiet", role: "status" });
  const heads = columns.map(({ title }, column) =>
    h("th", { class: kinds[column]!, scope: "col" }, h("button", { click: () => sortBy(column) }, title)),
  );
  const filter = h("input", {
    type: "search",
    placeholder: "filter",
    "aria-label": `filter ${options.label}`,
    input: (event) => {
      words = (event.target as HTMLInputElement).value.toLowerCase().split(/\s+/).filter(Boolean);
      draw();
    },
  });
  const choices = (options.choices ?? []).map(({ name, of }) => {
    const values = [...new Set(rows.map(of))].sort();
    return h(
      "select",
      {
        "aria-label": name,
        change: (event) => {
          chosen.set(name, (event.target as HTMLSelectElement).value);
          draw();
        },
      },
      h("option", { value: "" }, `any ${name}`),
      values.map((value) => h("option", { value }, value)),
    );
  });

  function sortBy(column: number): void {
    const isNumber = kinds[column]!.includes("number");
    sortedBy = { column, isDown: sortedBy?.column === column ? !sortedBy.isDown : isNumber };
    for (const [at, head] of heads.entries())
      head.setAttribute("aria-sort", at !== column ? "none" : sortedBy.isDown ? "descending" : "ascending");
    draw();
  }

  function draw(): void {
    const shown = find(words, chosen, sortedBy);
    list.show(shown);
    found.textContent =
      shown.length === rows.length ? count(shown.length) : `${count(shown.length)} of ${count(rows.length)}`;
  }

  function rowOf(row: Row): HTMLElement {
    const cells = columns.map(({ value, show }, column) => {
      const plain = value(row);
      return h(
        "td",
        { class: kinds[column]! },
        show?.(row) ?? (typeof plain === "number" ? count(plain) : plain),
      );
    });
    const { open } = options;
    if (open === undefined) return h("tr", {}, cells);
    return h(
      "tr",
      {
        tabindex: 0,
        class: "opens",
        click: () => open(row),
        keydown: (event) => {
          if ((event as KeyboardEvent).key === "Enter") open(row);
        },
      },
      cells,
    );
  }

  const whole = h("table", {}, h("thead", {}, h("tr", {}, heads)), body);
  const list = new RowWindow(whole, body, rowOf);
  draw();
  return h(
    "div",
    {},
    h("div", { class: "tools" }, options.text && filter, choices, found),
    h("div", { class: "scroll" }, whole),
  );
}

type Find<Row> = (
  words: readonly string[],
  chosen: ReadonlyMap<string, string>,
  sortedBy: { column: number; isDown: boolean } | undefined,
) => readonly Row[];

/** Rows that fit, in order. What is looked at of each row is made once: people type faster than thousands of texts are put together. */
function finder<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { text, choices = [] }: TableOptions<Row>,
): Find<Row> {
  let texts: readonly string[] | undefined;
  const orders = new Map<number, readonly number[]>();

  /** Numbers of the rows, ascending by a column; equal ones as they were. */
  function orderBy(column: number): readonly number[] {
    let order = orders.get(column);
    if (order === undefined) {
      const values = rows.map(columns[column]!.value);
      order = rows.map((_, at) => at).sort((a, b) => compare(values[a]!, values[b]!));
      orders.set(column, order);
    }
    return order;
  }

  return (words, chosen, sortedBy) => {
    const order = sortedBy === undefined ? rows.map((_, at) => at) : orderBy(sortedBy.column);
    if (words.length > 0) texts ??= rows.map((row) => (text?.(row) ?? "").toLowerCase());
    const wanted = choices.flatMap(({ name, of }) =>
      chosen.get(name) ? [{ of, value: chosen.get(name)! }] : [],
    );
    const kept = order.filter(
      (at) =>
        words.every((word) => texts![at]!.includes(word)) &&
        wanted.every(({ of, value }) => of(rows[at]!) === value),
    );
    return (sortedBy?.isDown === true ? kept.toReversed() : kept).map((at) => rows[at]!);
  };
}

function kindOf<Row>({ value, isExtra }: Column<Row>, rows: readonly Row[]): string {
  const isNumber = rows[0] !== undefined && typeof value(rows[0]) === "number";
  return `${isNumber ? "number" : ""}${isExtra === true ? " extra" : ""}`.trim();
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return a === b ? 0 : String(a) < String(b) ? -1 : 1;
}
