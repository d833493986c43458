import type { Model } from "../model.ts";
import { table } from "../table.ts";

export function functions(model: Model, open: (file: number) => void): HTMLElement {
  return table(
    model.data.functions,
    [
      { title: "function", value: ({ name }) => name },
      { title: "at", value: ({ file, line }) => `${model.path(file)}:${line}` },
      { title: "own cognitive", value: ({ own }) => own },
      { title: "cyclomatic", value: ({ cyclomatic }) => cyclomatic },
      { title: "nesting", value: ({ nesting }) => nesting, isExtra: true },
      { title: "parameters", value: ({ parameters }) => parameters, isExtra: true },
      { title: "lines", value: ({ code: lines }) => lines, isExtra: true },
    ],
    {
      label: "functions",
      text: ({ name, file }) => `${name} ${model.path(file)}`,
      open: ({ file }) => open(file),
    },
  );
}
