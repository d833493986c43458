import type { Language } from "web-tree-sitter";
import type { FlatTree } from "../parse/flat-tree.ts";
import type { NameFacts } from "./name-facts.ts";
import { pythonKinds, pythonNames } from "./python-names.ts";
import { scriptKinds, scriptNames } from "./script-names.ts";
import { KindTable, TreeReader } from "./tree-reader.ts";

/** Reads what a file exports and takes by name; undefined for languages in which that is not looked at. */
export function namesReader(
  language: string,
  grammar: Language,
): ((tree: FlatTree, text: string) => NameFacts) | undefined {
  const script = { kinds: scriptKinds, read: scriptNames };
  const python = { kinds: pythonKinds, read: pythonNames };
  const reader = { javascript: script, typescript: script, tsx: script, python }[language];
  if (reader === undefined) return undefined;
  const kinds = new KindTable(grammar, reader.kinds);
  return (tree, text) => reader.read(new TreeReader(tree, text, grammar), kinds);
}
