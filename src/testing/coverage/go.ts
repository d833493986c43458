import { type CoverageByFile, linesOf } from "./lines.ts";

/**
 * Adds a profile of `go test -coverprofile`: `package/file.go:first.column,last.column statements count`. Blocks may nest, and
 * a line ran as often as the block on it that ran most. Paths begin with the module's name, which is taken off.
 */
export function readGo(
  text: string,
  files: CoverageByFile,
  modules: readonly { name: string; folder: string }[],
): void {
  const profile: CoverageByFile = new Map();
  for (const line of text.split("\n")) {
    const match = /^(.+):(\d+)\.\d+,(\d+)\.\d+ \d+ (\d+)$/.exec(line.trim());
    if (match === null) continue;
    const [, name = "", first, last, count] = match;
    const path = placeInModule(name, modules);
    if (path === undefined) continue;
    const { lines } = linesOf(profile, path);
    for (let at = Number(first); at <= Number(last); at++)
      lines.set(at, Math.max(lines.get(at) ?? 0, Number(count)));
  }
  for (const [path, { lines }] of profile) {
    const into = linesOf(files, path).lines;
    for (const [line, times] of lines) into.set(line, (into.get(line) ?? 0) + times);
  }
}

function placeInModule(
  name: string,
  modules: readonly { name: string; folder: string }[],
): string | undefined {
  const own = modules
    .filter((module) => name.startsWith(`${module.name}/`))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
  if (own === undefined) return undefined;
  const inside = name.slice(own.name.length + 1);
  return own.folder === "" ? inside : `${own.folder}/${inside}`;
}
