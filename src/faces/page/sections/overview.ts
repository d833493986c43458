import { bar } from "../bar.ts";
import { count, h, percent, plural } from "../dom.ts";
import { fileLink, type Go, link } from "../links.ts";
import type { Model } from "../model.ts";

export function overview(model: Model, go: Go): HTMLElement[] {
  const {
    totals,
    languages,
    gates,
    complete,
    findings: found,
    hotspots: hot,
    cycles,
    history,
    functions: worst,
  } = model.data;
  const severities = Map.groupBy(found, ({ severity }) => severity);
  const figures: [string, string, string][] = [
    ["lines of code", count(totals.code), "files"],
    unusedFigure(model) ?? ["files", count(totals.files), "files"],
    ["functions", count(totals.functions), "functions"],
    ["cognitive complexity", count(totals.cognitive), "map"],
    ["findings", count(model.data.findingsTotal), "findings"],
    ["copied", totals.duplication === undefined ? "–" : `${totals.duplication} %`, "copies"],
    ["import cycles", count(cycles.length), "dependencies"],
    [
      "understood by the parser",
      totals.confidence === null ? "–" : percent(totals.confidence, totals.confidence === 1 ? 0 : 2),
      "trust",
    ],
  ];
  const most = Math.max(1, ...languages.map(({ code: lines }) => lines));
  return [
    ...(complete
      ? []
      : [h("p", { class: "warning" }, "Incomplete: some files could not be measured; see Trust.")]),
    ...(gates.length === 0
      ? []
      : [
          h(
            "ul",
            { class: "gates" },
            gates.map(({ text, isFailed }) =>
              h(
                "li",
                { class: isFailed ? "failed" : "passed" },
                `${isFailed ? "failed" : "passed"}: ${text}`,
              ),
            ),
          ),
        ]),
    h(
      "div",
      { class: "figures" },
      figures.map(([name, value, place]) =>
        h("button", { class: "figure", click: () => go(place) }, h("strong", {}, value), h("span", {}, name)),
      ),
    ),
    h(
      "div",
      { class: "columns" },
      h(
        "section",
        {},
        h("h2", {}, "Where work pays most"),
        history?.state === "none" && h("p", { class: "quiet" }, `Unknown: ${history.reason ?? ""}`),
        h(
          "ol",
          { class: "bars" },
          hot
            .slice(0, 8)
            .map((one) =>
              h(
                "li",
                {},
                fileLink(model, one.file),
                h(
                  "span",
                  { class: "quiet" },
                  `cognitive ${count(one.cognitive)}, changed ${count(one.commits)}×${one.atRisk ? ", main author gone" : ""}`,
                ),
                bar(one.score / 100),
              ),
            ),
        ),
        h("h2", {}, "Hardest to read"),
        h(
          "ol",
          { class: "bars" },
          worst
            .slice(0, 8)
            .map((one) =>
              h(
                "li",
                {},
                one.name.startsWith("(")
                  ? fileLink(model, one.file, one.line)
                  : link(`file/${model.path(one.file)}`, one.name),
                h("span", { class: "quiet" }, `cognitive ${count(one.own)}, ${plural(one.code, "line")}`),
                bar(one.own / Math.max(1, worst[0]!.own)),
              ),
            ),
        ),
      ),
      h(
        "section",
        {},
        h("h2", {}, "Findings"),
        found.length === 0
          ? h("p", { class: "quiet" }, "None.")
          : h(
              "ul",
              { class: "bars" },
              ["critical", "high", "medium", "low", "info"].flatMap((severity) => {
                const here = severities.get(severity) ?? [];
                return here.length === 0
                  ? []
                  : [
                      h(
                        "li",
                        {},
                        h("span", { class: `severity ${severity}` }, severity),
                        ` ${count(here.length)}`,
                        bar(here.length / found.length),
                      ),
                    ];
              }),
            ),
        h("h2", {}, "Languages"),
        h(
          "ul",
          { class: "bars" },
          languages
            .slice(0, 8)
            .map((one) =>
              h(
                "li",
                {},
                one.name,
                h("span", { class: "quiet" }, `${count(one.code)} lines, ${plural(one.files, "file")}`),
                bar(one.code / most),
              ),
            ),
        ),
      ),
    ),
  ];
}

/** Undefined where nothing is, or where that is not known. */
function unusedFigure({ data }: Model): [string, string, string] | undefined {
  const { orphans = [], exports = [] } = data.unused ?? {};
  const dead = exports.filter(({ usedBy }) => usedBy === "nothing").length;
  if (orphans.length + dead === 0) return undefined;
  return ["unused files and exports", `${count(orphans.length)} + ${count(dead)}`, "unused"];
}
