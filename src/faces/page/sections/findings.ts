import { code } from "../code.ts";
import { count, h, plural } from "../dom.ts";
import { fileLink, type Go } from "../links.ts";
import type { Model } from "../model.ts";
import { table } from "../table.ts";

export function findings(model: Model, go: Go): HTMLElement[] {
  const { findings: rows, findingsTotal, suppressed } = model.data;
  const order = ["critical", "high", "medium", "low", "info"];
  const notes = [
    ...(findingsTotal > rows.length
      ? [
          h(
            "p",
            { class: "warning" },
            `The first ${count(rows.length)} of ${count(findingsTotal)}; the JSON report has all.`,
          ),
        ]
      : []),
    ...(suppressed.comment + suppressed.baseline > 0
      ? [
          h(
            "p",
            { class: "quiet" },
            `${plural(suppressed.comment + suppressed.baseline, "more finding")} suppressed: ${count(suppressed.comment)} by comments, ${count(suppressed.baseline)} by the baseline.`,
          ),
        ]
      : []),
  ];
  if (rows.length === 0) return [...notes, h("p", { class: "quiet" }, "Nothing was found.")];
  const numbered = rows
    .map((row, number) => ({ ...row, number }))
    .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return [
    ...notes,
    table(
      numbered,
      [
        {
          title: "severity",
          value: ({ severity }) => order.indexOf(severity),
          show: ({ severity }) => h("span", { class: `severity ${severity}` }, severity),
        },
        { title: "what", value: ({ message }) => message },
        { title: "where", value: (one) => `${pathOf(model, one)}:${one.line}` },
        { title: "rule", value: ({ ruleId }) => ruleId, isExtra: true },
      ],
      {
        label: "findings",
        text: (one) => `${one.message} ${one.ruleId} ${pathOf(model, one)} ${one.cwe.join(" ")}`,
        open: ({ number }) => go(`finding/${number}`),
        choices: [
          { name: "severity", of: ({ severity }) => severity },
          { name: "rule", of: ({ ruleId }) => ruleId },
        ],
      },
    ),
  ];
}

function pathOf(model: Model, { file, path }: { file: number; path?: string }): string {
  return path ?? model.path(file);
}

/** One finding with its place and the way of the data. */
export function findingView(model: Model, number: number): HTMLElement[] {
  const one = model.data.findings[number];
  if (one === undefined) return [h("p", {}, "There is no such finding.")];
  return [
    h(
      "p",
      {},
      h("span", { class: `severity ${one.severity}` }, one.severity),
      ` confidence ${one.confidence}`,
      one.cwe.length > 0 && ` · ${one.cwe.join(", ")}`,
      ` · ${one.ruleId}`,
    ),
    h("p", { class: "message" }, one.message),
    h("p", {}, one.path === undefined ? fileLink(model, one.file, one.line) : `${one.path}:${one.line}`),
    ...(one.excerpt === undefined ? [] : [code(one.excerpt, one.line)]),
    ...(one.flow === undefined
      ? []
      : [
          h("h2", {}, "The way of the data"),
          h(
            "ol",
            { class: "flow" },
            one.flow.map((step) =>
              h("li", {}, h("span", {}, step.message), code({ line: step.line, text: step.text })),
            ),
          ),
        ]),
    ...(one.fix === undefined
      ? []
      : [h("h2", {}, "A way to fix it"), code({ line: one.line, text: one.fix })]),
  ];
}
