import type { ImportFacts } from "../facts.ts";
import { END, ROW, START, STRIDE, SYMBOL_MASK } from "../parse/flat-tree.ts";
import type { CompiledImport, CompiledLanguage } from "./compiled-language.ts";
import { childByField, childByKind, follow, followAll } from "./field-path.ts";
import { textOf } from "./node-text.ts";

/** Adds the imports that one node writes. */
export function readImports(
  language: CompiledLanguage,
  nodes: Uint32Array,
  text: string,
  node: number,
  symbol: number,
  into: ImportFacts[],
): void {
  for (const compiled of language.imports.get(symbol)!) {
    const { role } = compiled;
    const callee = calleeText(compiled, nodes, text, node);
    if (callee === undefined) continue;
    if (compiled.without !== 0 && childByField(nodes, node, compiled.without) >= 0) continue;
    const sources = role.source.includes("[]")
      ? followAll(nodes, node, compiled.source)
      : one(follow(nodes, node, compiled.source));
    for (const source of sources) {
      const bare = unwrap(compiled, nodes, source);
      const raw = clean(textOf(nodes, text, bare), compiled.strip);
      if (raw === "") continue;
      const kind = language.kindNames.get(nodes[bare * STRIDE]! & SYMBOL_MASK);
      const form =
        role.formBy?.[callee] ??
        (kind === undefined ? undefined : role.formBy?.[kind]) ??
        formByToken(compiled, nodes, node, source) ??
        role.form;
      const members = compiled.members === undefined ? [] : followAll(nodes, node, compiled.members);
      into.push({
        raw,
        line: nodes[node * STRIDE + ROW]! + 1,
        ...(form === undefined ? {} : { form }),
        ...(members.length === 0
          ? {}
          : { members: members.map((member) => textOf(nodes, text, unwrap(compiled, nodes, member))) }),
      });
    }
    if (sources.length > 0) return; // the first way of reading a node that yields anything is the right one
  }
}

/** The callee's text if it is one of the names asked for; empty if none is asked for; undefined if it is another. */
function calleeText(
  compiled: CompiledImport,
  nodes: Uint32Array,
  text: string,
  node: number,
): string | undefined {
  if (compiled.callee === undefined) return "";
  const callee = follow(nodes, node, compiled.callee);
  if (callee < 0) return undefined;
  // Every call of a file passes here: compare before cutting anything out of the text.
  const start = nodes[callee * STRIDE + START]!;
  const length = nodes[callee * STRIDE + END]! - start;
  return compiled.role.callee!.names.find((name) => name.length === length && text.startsWith(name, start));
}

function formByToken(
  compiled: CompiledImport,
  nodes: Uint32Array,
  node: number,
  source: number,
): string | undefined {
  for (const [token, form] of compiled.formByToken) {
    if (childByKind(nodes, node, token) >= 0 || childByKind(nodes, source, token) >= 0) return form;
  }
  return undefined;
}

function one(node: number): number[] {
  return node < 0 ? [] : [node];
}

function unwrap(compiled: CompiledImport, nodes: Uint32Array, node: number): number {
  let at = node;
  for (;;) {
    const path = compiled.unwrap.get(nodes[at * STRIDE]! & SYMBOL_MASK);
    const inner = path === undefined ? -1 : follow(nodes, at, path);
    if (inner < 0 || inner === at) return at;
    at = inner;
  }
}

/** Takes off what `strip` says, and then quotes or angle brackets around the rest. */
function clean(written: string, strip: RegExp | undefined): string {
  const bare = (strip === undefined ? written : written.replace(strip, "")).trim();
  const first = bare[0];
  const last = bare.length > 1 ? bare.at(-1) : undefined;
  const wrapped =
    first === "<" ? last === ">" : (first === '"' || first === "'" || first === "`") && first === last;
  return wrapped ? bare.slice(1, -1).trim() : bare;
}

/** Adds the package or namespace that a node declares. */
export function readModule(
  language: CompiledLanguage,
  nodes: Uint32Array,
  text: string,
  node: number,
  symbol: number,
  into: string[],
): void {
  const found = follow(nodes, node, language.modules.get(symbol)!);
  if (found >= 0) into.push(textOf(nodes, text, found).replace(/\s+/g, ""));
}
