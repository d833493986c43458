import type { CloneClass, CloneFragment, Clones } from "#analysis";
import { count, counted } from "../format.ts";
import { columns } from "./columns.ts";

/** How much of the code is copied, and what is worth looking at first. */
export function copiesLines({ percent, classes, notCompared }: Clones, room: number): string[] {
  const [largest] = classes;
  const left = notCompared === 0 ? [] : [notComparedLine({ notCompared })];
  if (largest === undefined) return ["none", ...left];
  return [
    `${percent} % of the code, in ${counted(classes.length, "place")}`,
    ...columns([cells(largest)], shape, room),
    ...left,
  ];
}

/** Empty where everything was compared. */
export function notComparedLine({ notCompared }: Pick<Clones, "notCompared">): string {
  return notCompared === 0 ? "" : `${counted(notCompared, "more place")} looked alike and were not compared`;
}

/** The copies that take most lines, each with its first two places. */
export function copiesTable(clones: Clones | undefined, rows: number, width: number): string {
  if (clones === undefined || clones.classes.length === 0) return "";
  const head = ["copied", "and", "copies", "lines", "how"];
  const body = clones.classes
    .slice(0, rows)
    .map((one) => [...cells(one).slice(0, 2), count(one.fragments.length), count(one.lines), one.kind]);
  return columns(
    [head, ...body],
    [{ max: 60 }, { max: 60 }, { right: true }, { right: true }, {}],
    width,
  ).join("\n");
}

const shape = [{ max: 60 }, { max: 60 }, { optional: true }];

function cells({ fragments, lines }: CloneClass): string[] {
  const [first, second] = fragments as [CloneFragment, CloneFragment, ...CloneFragment[]];
  return [range(first), range(second), `${counted(fragments.length, "time")} ${counted(lines, "line")}`];
}

function range({ path, line, endLine }: CloneFragment): string {
  return `${path}:${line}-${endLine}`;
}
