import type { ProjectIndex } from "../project.ts";
import { commonFolder } from "./paths.ts";

/**
 * Of several files that an import may mean, those that share the deepest folder with the importing one. More than
 * one stays when nothing but the build can tell them apart. `folder` is what they share.
 */
export function nearest(
  project: ProjectIndex,
  candidates: readonly number[],
  from: string,
): { folder: string; files: readonly number[] } {
  let best = "";
  let files: number[] = [];
  for (const candidate of candidates) {
    const shared = commonFolder(project.folder(candidate), from);
    if (files.length === 0 || shared.length > best.length) {
      best = shared;
      files = [candidate];
    } else if (shared.length === best.length) files.push(candidate);
  }
  return { folder: best, files };
}

/** The nearest one; ties go to the shortest path, then to the first. */
export function nearestOne(
  project: ProjectIndex,
  candidates: readonly number[],
  from: string,
): number | undefined {
  let best: number | undefined;
  for (const candidate of nearest(project, candidates, from).files) {
    if (best === undefined || project.path(candidate).length < project.path(best).length) best = candidate;
  }
  return best;
}

/** Files whose path ends in `/suffix` or is `suffix`. */
export function withSuffix(project: ProjectIndex, suffix: string): number[] {
  const name = suffix.slice(suffix.lastIndexOf("/") + 1);
  return project.named(name).filter((number) => {
    const path = project.path(number);
    return (
      path.endsWith(suffix) &&
      (path.length === suffix.length || path[path.length - suffix.length - 1] === "/")
    );
  });
}
