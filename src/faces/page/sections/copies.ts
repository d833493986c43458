import { code } from "../code.ts";
import { count, h, plural } from "../dom.ts";
import { fileLink, type Go } from "../links.ts";
import type { Model } from "../model.ts";
import { table } from "../table.ts";

export function copies(model: Model, go: Go): HTMLElement[] {
  const { clones, clonesTotal, notCompared, totals } = model.data;
  if (totals.duplication === undefined)
    return [h("p", { class: "quiet" }, "Copies were not looked for (--no-clones).")];
  const left =
    notCompared === 0 ? "" : ` ${count(notCompared)} more places looked alike and were not compared.`;
  if (clones.length === 0) return [h("p", { class: "quiet" }, `No copies.${left}`)];
  const numbered = clones.map((one, number) => ({ ...one, number }));
  return [
    h(
      "p",
      { class: "quiet" },
      `${totals.duplication} % of the lines of code stand in copies${clonesTotal > clones.length ? `; the ${count(clones.length)} largest of ${count(clonesTotal)}` : ""}.${left}`,
    ),
    table(
      numbered,
      [
        { title: "first", value: ({ fragments: [one] }) => `${model.path(one!.file)}:${one!.line}` },
        { title: "second", value: ({ fragments: [, one] }) => `${model.path(one!.file)}:${one!.line}` },
        { title: "copies", value: ({ fragments }) => fragments.length },
        { title: "lines", value: ({ lines }) => lines },
        { title: "how", value: ({ kind }) => kind },
      ],
      {
        label: "copies",
        text: ({ fragments }) => fragments.map(({ file }) => model.path(file)).join(" "),
        open: ({ number }) => go(`copy/${number}`),
        choices: [{ name: "kind", of: ({ kind }) => kind }],
      },
    ),
  ];
}

/** The first two copies beside each other, and where the others are. */
export function copyView(model: Model, number: number): HTMLElement[] {
  const one = model.data.clones[number];
  if (one === undefined) return [h("p", {}, "There is no such copy.")];
  const [left, right, ...others] = one.fragments;
  const side = (fragment: typeof left): HTMLElement =>
    h(
      "section",
      {},
      h("h2", {}, fileLink(model, fragment!.file, fragment!.line)),
      fragment!.excerpt === undefined
        ? h("p", { class: "quiet" }, "The file could not be read.")
        : code(fragment!.excerpt),
    );
  return [
    h(
      "p",
      {},
      `${one.kind} · ${plural(one.tokens, "token")} · ${plural(one.fragments.length, "copy").replace("copys", "copies")}`,
    ),
    h("div", { class: "columns beside" }, side(left), side(right)),
    ...(others.length === 0
      ? []
      : [
          h("h2", {}, "Also"),
          h(
            "ul",
            { class: "paths" },
            others.map(({ file, line }) => h("li", {}, fileLink(model, file, line))),
          ),
        ]),
  ];
}
