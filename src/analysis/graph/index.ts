export { buildGraph, type ExternalModule, type Graph } from "./build.ts";
export { type Focus, focus, type Reach, type Reached } from "./focus.ts";
export {
  cycles,
  type Edge,
  edges,
  fans,
  fileEdges,
  importCounts,
  importedFiles,
  importersOf,
  nameOf,
  reachedNodes,
  resolutions,
} from "./report.ts";
export type { Group, InlineModule, ProjectFile, ProjectInput, Strategy } from "./types.ts";
