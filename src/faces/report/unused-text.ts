import type { Analysis, UnusedExport } from "#analysis";
import { count, counted } from "../format.ts";
import { visible } from "./columns.ts";

/** One line for files that nothing needs, one for exports; none where there are none. */
export function unusedLines(unused: Analysis["unused"]): string[] {
  const { orphans = [], exports = [] } = unused ?? {};
  const lines: string[] = [];
  if (orphans.length > 0) {
    const shown = orphans.slice(0, 2).map(visible).join(", ");
    lines.push(
      `${counted(orphans.length, "file")} that nothing imports or starts: ${shown}${orphans.length > 2 ? ", …" : ""}`,
    );
  }
  if (exports.length > 0) lines.push(exportLine(exports));
  return lines;
}

function exportLine(exports: readonly UnusedExport[]): string {
  const by = (who: UnusedExport["usedBy"]): readonly UnusedExport[] =>
    exports.filter(({ usedBy }) => usedBy === who);
  const dead = by("nothing");
  const shown = dead.slice(0, 2).map(({ name, path, line }) => `${visible(name)} (${visible(path)}:${line})`);
  const ownFile = by("own file").length;
  const tests = by("tests").length;
  return [
    ...(dead.length === 0
      ? []
      : [
          `${counted(dead.length, "export")} that nothing uses: ${shown.join(", ")}${dead.length > 2 ? ", …" : ""}`,
        ]),
    ...(ownFile === 0 ? [] : [`${counted(ownFile, "export")} for nobody but the own file`]),
    ...(tests === 0 ? [] : [`${counted(tests, "export")} for tests alone`]),
  ].join("; ");
}

/** Path and lines of code of each. */
export function orphanRows({ unused, files }: Analysis): string[][] {
  const wanted = new Set(unused?.orphans);
  return files
    .filter(({ path }) => wanted.has(path))
    .map(({ path, facts }) => [path, count(facts.lines.code)]);
}
