export { TreeError } from "./errors.ts";
export { type HostSystem, requirePortable } from "./portable-names.ts";
export { projectName } from "./project-name.ts";
export type {
  FinishedTree,
  OpenedTree,
  OpenTree,
  PlaceContent,
  TreePort,
  UnpackContents,
} from "./requests.ts";
export { type BlobSink, type SendOptions, sendTree, type SentTree } from "./send-tree.ts";
export { readTree, treeRoot } from "./tree/read-tree.ts";
export type { ReadOptions, Tree } from "./tree/tree.ts";
