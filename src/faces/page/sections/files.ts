import type { Model } from "../model.ts";
import { table } from "../table.ts";

export function files(model: Model, open: (file: number) => void, folder = ""): HTMLElement {
  const { files: all, languages } = model.data;
  const rows = all.path
    .map((_, file) => file)
    .filter((file) => folder === "" || all.path[file]!.startsWith(`${folder}/`));
  return table(
    rows,
    [
      { title: "file", value: (file) => all.path[file]! },
      { title: "code", value: (file) => all.code[file]! },
      { title: "cognitive", value: (file) => all.cognitive[file]! },
      { title: "worst", value: (file) => all.worst[file]!, isExtra: true },
      { title: "functions", value: (file) => all.functions[file]!, isExtra: true },
      { title: "maintainability", value: (file) => all.maintainability[file]!, isExtra: true },
      { title: "copied lines", value: (file) => all.duplicated[file]!, isExtra: true },
      { title: "imported by", value: (file) => all.fanIn[file]!, isExtra: true },
    ],
    {
      label: "files",
      text: (file) => all.path[file]!,
      open,
      choices: [{ name: "language", of: (file) => languages[all.language[file]!]?.name ?? "" }],
    },
  );
}
