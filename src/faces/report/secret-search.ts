import type { Analysis } from "#analysis";
import { bytes, count, counted } from "../format.ts";

/** How far texts that are left out of the measures were searched for secrets: no line where none was. */
export function secretSearchLines(search: Analysis["secretSearch"]): string[] {
  if (search === undefined) return [];
  const { leftOutFiles, cut, notSearched, history } = search;
  const not = [
    ...(cut.files === 0 ? [] : [`${bytes(cut.bytes)} at the end of ${counted(cut.files, "large file")}`]),
    ...(notSearched.files === 0 ? [] : [`${counted(notSearched.files, "file")} that could not be read`]),
    ...(notSearched.folders === 0 ? [] : [`${counted(notSearched.folders, "folder")} of installed packages`]),
  ];
  return [
    ...(leftOutFiles === 0
      ? []
      : [`searched for secrets nevertheless: ${count(leftOutFiles)} of the files left out`]),
    ...(history === undefined || history.state === "full" ? [] : [missingHistory(history)]),
    ...(not.length === 0 ? [] : [`not searched for secrets: ${not.join(", ")}`]),
  ];
}

function missingHistory({ state, reason = "" }: { state: string; reason?: string }): string {
  if (state === "none") return `the history was not searched for secrets: ${reason}`;
  if (state === "broken") return `the history was not searched for secrets to its end: ${reason}`;
  const why = state === "shallow" ? "a shallow clone" : "grafts or replaced commits";
  return `the history was searched for secrets only as far as it is here: ${why}`;
}
