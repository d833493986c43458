import { h, plural } from "../dom.ts";
import { fileLink } from "../links.ts";
import type { Model } from "../model.ts";
import { table } from "../table.ts";

/** Files that nothing imports or starts, and names that nobody takes. */
export function unused(model: Model, open: (file: number) => void): HTMLElement[] {
  const { unused: found, files: all } = model.data;
  if (found === undefined)
    return [h("p", { class: "quiet" }, "Only a part of the files was read: who uses them cannot be known.")];
  const lines = found.orphans.reduce((sum, file) => sum + all.code[file]!, 0);
  return [
    h(
      "p",
      { class: "quiet" },
      "JavaScript, TypeScript and Python, as far as imports and names tell; whatever is in doubt is left out. What something outside of the project starts or imports belongs in analyze.entries.",
    ),
    h("h2", {}, "Files that nothing imports or starts"),
    ...(found.orphans.length === 0
      ? [h("p", { class: "quiet" }, "None.")]
      : [
          h("p", {}, `${plural(found.orphans.length, "file")} with ${plural(lines, "line")} of code.`),
          table(
            found.orphans,
            [
              { title: "file", value: (file) => all.path[file]! },
              { title: "lines of code", value: (file) => all.code[file]! },
              { title: "cognitive", value: (file) => all.cognitive[file]!, isExtra: true },
            ],
            { label: "files", text: (file) => all.path[file]!, open },
          ),
        ]),
    h("h2", {}, "Exports that nothing else uses"),
    found.exports.length === 0
      ? h("p", { class: "quiet" }, "None.")
      : table(
          found.exports,
          [
            { title: "name", value: ({ name }) => name },
            { title: "kind", value: ({ kind }) => kind, isExtra: true },
            {
              title: "at",
              value: ({ file, line }) => `${model.path(file)}:${line}`,
              show: ({ file, line }) => fileLink(model, file, line),
            },
            { title: "used by", value: ({ usedBy }) => usedBy },
          ],
          {
            label: "exports",
            text: ({ name, file }) => `${name} ${model.path(file)}`,
            choices: [
              { name: "use", of: ({ usedBy }) => usedBy },
              { name: "kind", of: ({ kind }) => kind },
            ],
          },
        ),
  ];
}
