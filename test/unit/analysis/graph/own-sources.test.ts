import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { buildGraph, resolutions } from "../../../../src/analysis/graph/index.ts";
import type { ProjectFile } from "../../../../src/analysis/graph/types.ts";
import { extract } from "../../../helpers/extract.ts";

const root = path.join(import.meta.dirname, "../../../..");
const sources = "{src,commands,remote-agent,bin,scripts,test/lab,test/helpers}/**/*.{ts,tsx,js}";

it("every relative and # import of this project's own sources leads to a file", async () => {
  const files: ProjectFile[] = [];
  for (const found of globSync(
    [sources, "src/**/*.css", "package.json", "tsconfig.json", "remote-agent/tsconfig.json"],
    {
      cwd: root,
    },
  )) {
    const file = found.replaceAll("\\", "/");
    const language = { ".ts": "typescript", ".tsx": "tsx", ".js": "javascript" }[path.extname(file)];
    const facts =
      language === undefined
        ? undefined
        : await extract(language, readFileSync(path.join(root, file), "utf8"));
    files.push({
      path: file,
      language: language ?? "json",
      imports: facts?.imports ?? [],
      modules: [],
      types: [],
    });
  }
  const graph = buildGraph({ files, readText: (file) => readFileSync(path.join(root, file), "utf8") });
  const lost = graph.files.flatMap((file, number) =>
    resolutions(graph, number).flatMap(({ kind }, at) => {
      const { raw, line } = file.imports[at]!;
      return /^[.#]/.test(raw) && kind !== "resolved" && !isBuilt(raw) ? [`${file.path}:${line} ${raw}`] : [];
    }),
  );
  expect(lost).toEqual([]);
  expect(graph.imports.resolved).toBeGreaterThan(300);
});

/** What the build writes is no source. */
function isBuilt(raw: string): boolean {
  return raw.includes("/dist/");
}
