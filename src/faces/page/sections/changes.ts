import { count, h, plural } from "../dom.ts";
import { link } from "../links.ts";
import type { Model } from "../model.ts";
import { table } from "../table.ts";

/** What changed since a revision, and what may notice. */
export function changes(model: Model, open: (file: number) => void): HTMLElement[] {
  const { since } = model.data;
  if (since === undefined) return [];
  const near = since.affected.filter(({ depth }) => depth === 1).length;
  return [
    h(
      "p",
      {},
      `${plural(since.changed.length, "file")} changed since ${since.revision} (${since.commit.slice(0, 10)}); ${plural(since.affected.length, "other file")} may notice, ${count(near)} of them import one directly.`,
    ),
    table(
      since.changed,
      [
        {
          title: "changed",
          value: ({ path }) => path,
          show: ({ path }) => (model.numbers.has(path) ? link(`file/${path}`, path) : path),
        },
        {
          title: "how",
          value: ({ status, from }) => (from === undefined ? status : `${status} from ${from}`),
        },
        {
          title: "imported by",
          value: ({ path }) => {
            const file = model.numbers.get(path);
            return file === undefined ? 0 : model.data.files.fanIn[file]!;
          },
        },
      ],
      {
        label: "changed files",
        text: ({ path }) => path,
        choices: [{ name: "change", of: ({ status }) => status }],
      },
    ),
    h("h2", {}, "What may notice"),
    since.affected.length === 0
      ? h("p", { class: "quiet" }, "Nothing imports what changed.")
      : table(
          since.affected,
          [
            { title: "file", value: ({ file }) => model.path(file) },
            { title: "imports away", value: ({ depth }) => depth },
            { title: "lines of code", value: ({ file }) => model.data.files.code[file] ?? 0, isExtra: true },
          ],
          {
            label: "affected files",
            text: ({ file }) => model.path(file),
            open: ({ file }) => open(file),
            choices: [{ name: "distance", of: ({ depth }) => String(depth) }],
          },
        ),
  ];
}
