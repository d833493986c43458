import { count, h, plural } from "../dom.ts";
import { folderGraph } from "../graph.ts";
import { fileLink, type Go } from "../links.ts";
import type { Model } from "../model.ts";
import { table } from "../table.ts";

const MOST_CYCLES = 100;
/** Of one cycle. */
const MOST_FILES = 300;

export function dependencies(model: Model, open: (file: number) => void, go: Go): HTMLElement[] {
  const { edgesCut, files } = model.data;
  return [
    ...(edgesCut
      ? [h("p", { class: "warning" }, "There are too many imports to show all of them here.")]
      : []),
    ...violations(model, go),
    folderGraph(model, (folder) => go(`folder/${folder}`)),
    h("h2", {}, "Cycles"),
    ...cycles(model),
    h("h2", {}, "What most files import"),
    table(
      files.path
        .map((_, file) => file)
        .filter((file) => files.fanIn[file]! > 1)
        .sort((a, b) => files.fanIn[b]! - files.fanIn[a]!),
      [
        { title: "file", value: (file) => model.path(file) },
        { title: "imported by", value: (file) => files.fanIn[file]! },
        { title: "imports", value: (file) => files.fanOut[file]! },
      ],
      { label: "files", text: (file) => model.path(file), open },
    ),
  ];
}

/** Imports that go where the project's layers do not let them go; nothing where there are no layers. */
function violations(model: Model, go: Go): HTMLElement[] {
  const { layers, findings } = model.data;
  if (layers === undefined) return [];
  const rows = findings
    .map((one, number) => ({ ...one, number }))
    .filter(({ ruleId }) => ruleId === "architecture.layers");
  return [
    h("h2", {}, "Imports against the layers"),
    h("p", { class: "quiet" }, `Layers of the project: ${layers.join(", ")}.`),
    rows.length === 0
      ? h("p", { class: "quiet" }, "None.")
      : table(
          rows,
          [
            { title: "import", value: ({ message }) => message },
            { title: "where", value: ({ file, line }) => `${model.path(file)}:${line}` },
          ],
          {
            label: "violations",
            text: ({ message, file }) => `${message} ${model.path(file)}`,
            open: ({ number }) => go(`finding/${number}`),
          },
        ),
  ];
}

/** Each with the import to cut first and what it leaves. */
function cycles(model: Model): HTMLElement[] {
  const { cycles: all } = model.data;
  if (all.length === 0) return [h("p", { class: "quiet" }, "No file imports itself through others.")];
  return all.slice(0, MOST_CYCLES).map(({ files, cut }) =>
    h(
      "details",
      { open: all.length === 1 },
      h("summary", {}, `${plural(files.length, "file")}: ${model.path(files[0]!)}, …`),
      cut === undefined
        ? h("p", { class: "quiet" }, "It has too many imports to say which one to cut.")
        : h(
            "p",
            {},
            "Cut first: ",
            fileLink(model, cut.from),
            " → ",
            fileLink(model, cut.to),
            cut.left === 0
              ? ", and nothing is left of it."
              : `, and a cycle of ${plural(cut.left, "file")} is left.`,
          ),
      h(
        "ul",
        { class: "paths" },
        files.slice(0, MOST_FILES).map((file) => h("li", {}, fileLink(model, file))),
        files.length > MOST_FILES &&
          h("li", { class: "quiet" }, `and ${count(files.length - MOST_FILES)} more`),
      ),
    ),
  );
}
