import { count, h, percent, plural } from "./dom.ts";
import { fileLink, link } from "./links.ts";
import type { Model } from "./model.ts";

/** Everything that is known of one file. */
export function fileView(model: Model, path: string): HTMLElement[] {
  const file = model.numbers.get(path);
  if (file === undefined) return [h("p", {}, `"${path}" is not among the analysed files.`)];
  const {
    files: all,
    languages,
    hotspots: hot,
    findings: found,
    clones,
    functions: worst,
    coupling,
  } = model.data;
  const hotspot = hot.find((one) => one.file === file);
  const cycle = model.cycleOf.get(file);
  const list = (title: string, numbers: readonly number[]): HTMLElement =>
    h(
      "section",
      {},
      h("h2", {}, `${title} ${plural(numbers.length, "file")}`),
      h(
        "ul",
        { class: "paths" },
        numbers.slice(0, 300).map((one) => h("li", {}, fileLink(model, one))),
      ),
    );
  const here = found.flatMap((one, number) => (one.file === file ? [{ one, number }] : []));
  const copied = clones.flatMap((one, number) =>
    one.fragments.some((fragment) => fragment.file === file) ? [{ one, number }] : [],
  );
  const together = coupling.filter(({ a, b }) => a === file || b === file);
  return [
    h(
      "p",
      {},
      [
        languages[all.language[file]!]?.name ?? "",
        `${count(all.code[file]!)} lines of code`,
        `cognitive ${count(all.cognitive[file]!)}`,
        plural(all.functions[file]!, "function"),
        `maintainability ${all.maintainability[file]!}`,
        all.confidence[file]! < 0 ? "lines only" : `${(all.confidence[file]! / 100).toFixed(2)} % understood`,
      ].join(" · "),
    ),
    ...(hotspot === undefined
      ? []
      : [
          h(
            "p",
            {},
            `changed ${count(hotspot.commits)}× by ${plural(hotspot.authors, "author")}, most by ${hotspot.mainAuthor} (${percent(hotspot.mainShare)}${hotspot.atRisk ? ", gone" : ""}), last on ${hotspot.lastChange}`,
          ),
        ]),
    ...(cycle === undefined
      ? []
      : [
          h(
            "p",
            { class: "warning" },
            `It is part of an import cycle of ${plural(model.data.cycles[cycle]!.files.length, "file")}.`,
          ),
        ]),
    ...unusedHere(model, file),
    ...(here.length === 0
      ? []
      : [
          h("h2", {}, plural(here.length, "finding")),
          h(
            "ul",
            { class: "paths" },
            here.map(({ one, number }) =>
              h(
                "li",
                {},
                h("span", { class: `severity ${one.severity}` }, one.severity),
                " ",
                link(`finding/${number}`, `${one.line}: ${one.message}`),
              ),
            ),
          ),
        ]),
    ...(copied.length === 0
      ? []
      : [
          h("h2", {}, "Copied code"),
          h(
            "ul",
            { class: "paths" },
            copied.map(({ one, number }) =>
              h(
                "li",
                {},
                link(
                  `copy/${number}`,
                  `${plural(one.lines, "line")}, ${one.fragments.length} times, ${one.kind}`,
                ),
              ),
            ),
          ),
        ]),
    ...(worst.some((one) => one.file === file)
      ? [
          h("h2", {}, "Worst functions"),
          h(
            "ul",
            { class: "paths" },
            worst
              .filter((one) => one.file === file)
              .map((one) =>
                h(
                  "li",
                  {},
                  `${one.name} (line ${one.line}): cognitive ${one.own}, cyclomatic ${one.cyclomatic}`,
                ),
              ),
          ),
        ]
      : []),
    ...(together.length === 0
      ? []
      : [
          h("h2", {}, "Changes together with"),
          h(
            "ul",
            { class: "paths" },
            together.map(({ a, b, shared }) =>
              h("li", {}, fileLink(model, a === file ? b : a), ` ${shared}×`),
            ),
          ),
        ]),
    h(
      "div",
      { class: "columns" },
      list("imported by", model.dependedOnBy(file)),
      list("imports", model.dependsOn(file)),
    ),
  ];
}

/** That nothing imports or starts the file, or which of its exports nothing uses. */
function unusedHere({ data }: Model, file: number): HTMLElement[] {
  const { orphans = [], exports = [] } = data.unused ?? {};
  const here = exports.filter((one) => one.file === file);
  return [
    ...(orphans.includes(file) ? [h("p", { class: "warning" }, "Nothing imports or starts it.")] : []),
    ...(here.length === 0
      ? []
      : [
          h("h2", {}, "Exports that nothing else uses"),
          h(
            "ul",
            { class: "paths" },
            here.map(({ name, line, kind, usedBy }) =>
              h("li", {}, `${line}: ${name} (${kind}), used by ${usedBy}`),
            ),
          ),
        ]),
  ];
}
