import type { ExportedName, NameFacts } from "./name-facts.ts";
import { NameSieve } from "./name-sieve.ts";
import type { KindTable, TreeReader } from "./tree-reader.ts";

/** Imports whose target only the running program knows. */
const LOADS =
  /\bimport_module\(|\b__import__\(|\b(?:iter_modules|walk_packages|spec_from_file_location|run_path|run_module)\(/;
/** Whoever asks for the names of his own module may use any of them. */
const REFLECTS = /\bglobals\(\)|\bvars\(\)|sys\.modules\[__name__\]|\bdef __getattr__\(name\b/;
/** Bases that nobody looks a class up by. */
const PLAIN_BASES =
  /^(?:[\w.]*\.)?(?:object|ABC|Protocol|Generic|NamedTuple|TypedDict|(?:Int|Str)?Enum|(?:Int)?Flag|[A-Z]\w*(?:Error|Exception|Warning)|Exception|dict|list|tuple|set|str|int|float)(?:\[.*)?$/s;
/** Found by name by Python, its tools and test runners. */
const BY_NAME =
  /^(?:__\w+__|main|_|test.*|Test.*|setup|teardown|setUpModule|tearDownModule|load_tests|pytest_\w+)$/;

const IDENTIFIER = 1;
/** What is looked for in all of the tree. */
export const pythonKinds: ReadonlyMap<string, number> = new Map([["identifier", IDENTIFIER]]);

/**
 * Functions and classes that a Python module defines at its top. Left out: what has a decorator, or bases that may look for
 * their subclasses (both are registered somewhere), what `__all__` names, and all of a module that looks itself up.
 */
export function pythonNames(tree: TreeReader, kinds: KindTable): NameFacts {
  const loads = LOADS.test(tree.text) && { loads: [""] };
  if (tree.count === 0 || REFLECTS.test(tree.text)) return { ...loads };
  const defined = new Map<string, { exported: ExportedName; at: number }>();
  const published = new Set<string>();
  for (const node of tree.children(0)) {
    const kind = tree.kind(node);
    if (kind === "function_definition" || (kind === "class_definition" && hasPlainBases(tree, node))) {
      const name = tree.childIn(node, "name");
      if (name < 0) continue;
      const text = tree.textOf(name);
      const exported: ExportedName = {
        name: text,
        line: tree.line(node),
        kind: kind === "class_definition" ? "class" : "function",
      };
      // Defined a second time (`if`, `try`, overloads) it is in use, or nobody can tell.
      if (defined.has(text)) published.add(text);
      else if (!BY_NAME.test(text)) defined.set(text, { exported, at: tree.start(name) });
    } else if (kind === "expression_statement") publish(tree, node, published);
  }
  if (defined.size > 0) markUsed(tree, kinds, defined);
  const exports = [...defined.values()]
    .map(({ exported }) => exported)
    .filter(({ name }) => !published.has(name));
  return { ...(exports.length > 0 && { exports }), ...loads };
}

function hasPlainBases(tree: TreeReader, node: number): boolean {
  const bases = tree.childIn(node, "superclasses");
  if (bases < 0) return true;
  for (const base of tree.children(bases)) {
    if (/^[(),]$|^comment$/.test(tree.kind(base))) continue;
    if (tree.kind(base) === "keyword_argument" || !PLAIN_BASES.test(tree.textOf(base))) return false;
  }
  return true;
}

/** `__all__ = ["a", "b"]`, `__all__ += [...]`. */
function publish(tree: TreeReader, node: number, into: Set<string>): void {
  const text = tree.textOf(node);
  if (!text.startsWith("__all__")) return;
  for (const [, name] of text.matchAll(/["'](\w+)["']/g)) into.add(name!);
}

function markUsed(
  tree: TreeReader,
  kinds: KindTable,
  defined: ReadonlyMap<string, { exported: ExportedName; at: number }>,
): void {
  const wanted = new NameSieve(defined.keys());
  for (let node = 0; node < tree.count; node++) {
    if (kinds.of(tree, node) !== IDENTIFIER || !wanted.has(tree.text, tree.start(node), tree.end(node)))
      continue;
    const one = defined.get(tree.textOf(node));
    if (one !== undefined && one.at !== tree.start(node)) one.exported.usedHere = true;
  }
}
