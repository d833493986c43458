import { type CoverageByFile, type CoverageReport, hit, linesOf, type Share, shareOf } from "./lines.ts";

/** lcov's tracefile, as `geninfo(1)` documents it; paths are relative to the root. */
export function lcovReport({ files }: CoverageReport): string {
  const records = [...files].map(([path, file]) => {
    const functions = [...file.functions].map(([key, times]) => [...splitKey(key), times] as const);
    const branches = [...file.branches].map(([key, times]) => [...splitKey(key), times] as const);
    return [
      "TN:",
      `SF:${path}`,
      ...functions.map(([line, name]) => `FN:${line},${name}`),
      ...functions.map(([, name, times]) => `FNDA:${times},${name}`),
      ...totals("FN", shareOf([file.functions])),
      ...branches.map(([line, rest, times]) => `BRDA:${line},${rest.replace("\0", ",")},${times}`),
      ...totals("BR", shareOf([file.branches])),
      ...[...file.lines].toSorted(([a], [b]) => a - b).map(([line, times]) => `DA:${line},${times}`),
      ...totals("L", shareOf([file.lines])),
      "end_of_record",
      "",
    ].join("\n");
  });
  return records.join("");
}

/** Adds a tracefile, whoever wrote it. `place`: the path below the root, undefined for files of others. */
export function readLcov(
  text: string,
  files: CoverageByFile,
  place: (path: string) => string | undefined,
): void {
  let path: string | undefined;
  const declared = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    const rest = line.slice(colon + 1);
    const fields = rest.split(",");
    switch (line.slice(0, colon)) {
      case "SF":
        path = place(rest);
        declared.clear();
        break;
      case "FN":
        // lcov 2 has the last line as well: FN:<first>,<last>,<name>
        declared.set(
          nameFrom(fields, /^\d+$/.test(fields[1] ?? "") && fields.length > 2 ? 2 : 1),
          fields[0]!,
        );
        break;
      case "FNDA":
        addFunction(files, path, declared, fields);
        break;
      case "DA":
        if (path !== undefined) hit(linesOf(files, path).lines, Number(fields[0]), times(fields[1]));
        break;
      case "BRDA":
        if (path !== undefined) {
          const key = `${fields[0]}\0${fields[1]}\0${fields[2]}`;
          hit(linesOf(files, path).branches, key, times(fields[3]));
        }
    }
  }
}

function addFunction(
  files: CoverageByFile,
  path: string | undefined,
  declared: ReadonlyMap<string, string>,
  fields: readonly string[],
): void {
  const name = nameFrom(fields, 1);
  const line = declared.get(name);
  if (path === undefined || line === undefined) return;
  hit(linesOf(files, path).functions, `${line}\0${name}`, times(fields[0]));
}

/** Names may hold commas. */
function nameFrom(fields: readonly string[], start: number): string {
  return fields.slice(start).join(",");
}

/** `-` stands for a branch that was never reached. */
function times(field: string | undefined): number {
  const value = Number(field);
  return Number.isFinite(value) && value > 0 ? value : 0;
}

function splitKey(key: string): [line: string, rest: string] {
  const at = key.indexOf("\0");
  return [key.slice(0, at), key.slice(at + 1)];
}

function totals(kind: "FN" | "BR" | "L", { covered, total }: Share): string[] {
  return [`${kind}F:${total}`, `${kind}H:${covered}`];
}
