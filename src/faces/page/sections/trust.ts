import { count, h, percent, plural } from "../dom.ts";
import type { Model } from "../model.ts";
import { table } from "../table.ts";

export function trust(model: Model, open: (file: number) => void): HTMLElement[] {
  const { files: all, skipped, secretSearch, unsupportedRules, languages, totals } = model.data;
  const doubtful = all.path
    .map((_, file) => file)
    .filter((file) => all.confidence[file]! >= 0 && all.confidence[file]! < 10_000)
    .sort((a, b) => all.confidence[a]! - all.confidence[b]!);
  return [
    h(
      "p",
      { class: "quiet" },
      `A figure is as good as the parse beneath it. ${totals.unresolved === 0 ? "Every import that looks like the project's own was found." : `${plural(totals.unresolved, "import")} led nowhere.`}`,
    ),
    table(
      languages,
      [
        { title: "language", value: ({ name }) => name },
        { title: "files", value: ({ files: number }) => number },
        { title: "lines of code", value: ({ code: lines }) => lines },
        { title: "functions", value: ({ functions: number }) => number, isExtra: true },
        {
          title: "understood",
          value: ({ confidence }) => confidence ?? -1,
          show: ({ confidence }) => (confidence === null ? "lines only" : percent(confidence, 2)),
        },
      ],
      { label: "languages" },
    ),
    h("h2", {}, "Left out"),
    skipped.length === 0
      ? h("p", { class: "quiet" }, "Nothing.")
      : h(
          "ul",
          {},
          skipped.map(([reason, number]) => h("li", {}, `${count(number)} ${reason}`)),
        ),
    ...secretSearch.map((line) => h("p", { class: "quiet" }, line)),
    ...(unsupportedRules.length === 0
      ? []
      : [
          h("h2", {}, "Rules not in use as they are written"),
          table(
            unsupportedRules,
            [
              { title: "rule", value: ({ rule }) => rule },
              { title: "at", value: ({ place }) => place },
              { title: "what becomes of it", value: ({ effect }) => effect },
              { title: "why", value: ({ message }) => message },
            ],
            { label: "rules", text: ({ rule, message }) => `${rule} ${message}` },
          ),
        ]),
    h("h2", {}, "Files that were not understood wholly"),
    doubtful.length === 0
      ? h("p", { class: "quiet" }, "None.")
      : table(
          doubtful,
          [
            { title: "file", value: (file) => all.path[file]! },
            { title: "understood, %", value: (file) => all.confidence[file]! / 100 },
            { title: "lines of code", value: (file) => all.code[file]! },
          ],
          { label: "files", text: (file) => all.path[file]!, open },
        ),
  ];
}
