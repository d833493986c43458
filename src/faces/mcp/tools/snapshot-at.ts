import type { DeepResult, Place, Snapshot } from "#analysis/service";
import type { ToolContext } from "../tool.ts";

/** The project that a path lies in, up to date; without a path the first root. */
export async function snapshotAt(
  given: string | undefined,
  { code, signal, progress }: ToolContext,
): Promise<{ snapshot: Snapshot; place: Place }> {
  const place = code.place(given ?? ".");
  const snapshot = await code.snapshot(place.root, signal, (done, total) =>
    progress(done, total, "files measured:"),
  );
  return { snapshot, place };
}

/** Findings, copies and history of the project that a path lies in. */
export async function deepAt(
  given: string | undefined,
  { code, signal, progress }: ToolContext,
): Promise<{ deep: DeepResult; place: Place }> {
  const place = code.place(given ?? ".");
  const deep = await code.deep(place.root, signal, (done, total) => progress(done, total, "files read:"));
  return { deep, place };
}

export function isBelow(path: string, { relative, isFile }: Place): boolean {
  if (isFile) return path === relative;
  return relative === "." || path.startsWith(`${relative}/`);
}
