import type { Language } from "web-tree-sitter";
import type { FlatTree } from "../parse/flat-tree.ts";
import type { NameFacts } from "./name-facts.ts";
import { pythonNames } from "./python-names.ts";
import { scriptNames } from "./script-names.ts";
import { TreeReader } from "./tree-reader.ts";

/** Reads what a file exports and takes by name; undefined for languages in which that is not looked at. */
export function namesReader(
  language: string,
  grammar: Language,
): ((tree: FlatTree, text: string) => NameFacts) | undefined {
  const read = { javascript: scriptNames, typescript: scriptNames, tsx: scriptNames, python: pythonNames }[
    language
  ];
  if (read === undefined) return undefined;
  return (tree, text) => read(new TreeReader(tree, text, grammar));
}
