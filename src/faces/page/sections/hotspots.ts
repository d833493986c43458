import { bar } from "../bar.ts";
import { h, percent, plural } from "../dom.ts";
import { fileLink } from "../links.ts";
import type { Model } from "../model.ts";
import { table } from "../table.ts";

export function hotspots(model: Model, open: (file: number) => void): HTMLElement[] {
  const { history, hotspots: rows, coupling } = model.data;
  if (history === undefined) return [h("p", { class: "quiet" }, "The history was not read (--no-hotspots).")];
  if (history.state === "none")
    return [h("p", { class: "quiet" }, `There is no history to look at: ${history.reason ?? ""}.`)];
  return [
    h(
      "p",
      { class: "quiet" },
      `${plural(history.commits, "commit")} by ${plural(history.authors, "author")}, ${history.from ?? ""} to ${history.to ?? ""}. Score: cognitive complexity × changes, recent ones weighing more.`,
    ),
    ...(history.state === "full"
      ? []
      : [h("p", { class: "warning" }, `The history is ${history.state}: counts are too low.`)]),
    table(
      rows,
      [
        { title: "file", value: ({ file }) => model.path(file) },
        { title: "score", value: ({ score }) => score, show: ({ score }) => bar(score / 100) },
        { title: "cognitive", value: ({ cognitive }) => cognitive },
        { title: "changes", value: ({ commits }) => commits },
        { title: "recent", value: ({ recent }) => recent, isExtra: true },
        { title: "trend", value: ({ trend }) => trend, isExtra: true },
        { title: "authors", value: ({ authors }) => authors, isExtra: true },
        {
          title: "main author",
          value: ({ mainAuthor, mainShare, atRisk }) =>
            `${mainAuthor} ${percent(mainShare)}${atRisk ? " (gone)" : ""}`,
          isExtra: true,
        },
        { title: "last change", value: ({ lastChange }) => lastChange, isExtra: true },
      ],
      {
        label: "hotspots",
        text: ({ file, mainAuthor }) => `${model.path(file)} ${mainAuthor}`,
        open: ({ file }) => open(file),
        choices: [{ name: "trend", of: ({ trend }) => trend }],
      },
    ),
    h("h2", {}, "Files that change together"),
    coupling.length === 0
      ? h("p", { class: "quiet" }, "None that do so often.")
      : table(
          coupling,
          [
            { title: "file", value: ({ a }) => model.path(a), show: ({ a }) => fileLink(model, a) },
            { title: "together with", value: ({ b }) => model.path(b), show: ({ b }) => fileLink(model, b) },
            { title: "times", value: ({ shared }) => shared },
            { title: "of its changes, %", value: ({ degree }) => Math.round(degree * 100) },
          ],
          { label: "pairs", text: ({ a, b }) => `${model.path(a)} ${model.path(b)}` },
        ),
  ];
}
