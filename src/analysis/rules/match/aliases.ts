import type { Source } from "./source.ts";

/** Names that imports give. */
export interface Aliases {
  /** Local name → what it stands for, as names. */
  names: ReadonlyMap<string, readonly string[]>;
  /** Packages of which every name may be used as it is. */
  wildcards: readonly (readonly string[])[];
}

interface Collected {
  names: Map<string, string[]>;
  wildcards: string[][];
}

type Reader = (text: string, into: Collected) => void;

const dotted = (name: string): string[] =>
  name
    .trim()
    .split(/\s*(?:\.|::|\\|\/)\s*/)
    .filter((part) => part !== "");

/** `node:fs/promises` → fs.promises */
const moduleName = (name: string): string[] => dotted(name.replace(/^node:/, ""));

const python: Reader = (text, { names, wildcards }) => {
  const from = /^from\s+([\w.]+)\s+import\s+\(?([^)]*)\)?/s.exec(text);
  if (from !== null) {
    const base = dotted(from[1]!);
    for (const item of from[2]!.split(",")) {
      const [, name, alias] = /^\s*(\w+|\*)(?:\s+as\s+(\w+))?\s*$/.exec(item) ?? [];
      if (name === "*") wildcards.push(base);
      else if (name !== undefined) names.set(alias ?? name, [...base, name]);
    }
    return;
  }
  for (const item of text.replace(/^import\s+/, "").split(",")) {
    const [, name, alias] = /^\s*([\w.]+)\s+as\s+(\w+)\s*$/.exec(item) ?? [];
    if (name !== undefined) names.set(alias!, dotted(name));
  }
};

/** `{ a, b as c, d: e }` of an import or of what `require` gives. */
function specifiers(list: string, base: string[], names: Map<string, string[]>): void {
  for (const item of list.split(",")) {
    const [, name, alias] =
      /^\s*(?:type\s+)?([\w$]+)(?:\s*(?:\bas\b|:)\s*([\w$]+))?\s*(?:=.*)?$/s.exec(item) ?? [];
    if (name !== undefined) names.set(alias ?? name, name === "default" ? base : [...base, name]);
  }
}

const javascriptImport: Reader = (text, { names }) => {
  const [, clause, module] = /^import\s+(?:type\s+)?(.*?)\s*from\s*["']([^"']+)["']/s.exec(text) ?? [];
  if (clause === undefined) return;
  const base = moduleName(module!);
  const braces = /\{([^}]*)\}/s.exec(clause);
  if (braces !== null) specifiers(braces[1]!, base, names);
  const namespace = /\*\s*as\s+([\w$]+)/.exec(clause);
  if (namespace !== null) names.set(namespace[1]!, base);
  const byDefault = /^([\w$]+)/.exec(clause);
  if (byDefault !== null) names.set(byDefault[1]!, base);
};

const javascriptRequire: Reader = (text, { names }) => {
  const found =
    /^(?:([\w$]+)|\{([^}]*)\})\s*=\s*(?:await\s+)?(?:require|import)\(\s*["'`]([^"'`]+)["'`]\s*\)(?:\.([\w$]+))?/s.exec(
      text,
    );
  if (found === null) return;
  const [, name, list, module, member] = found;
  const base = [...moduleName(module!), ...(member === undefined ? [] : [member])];
  if (name !== undefined) names.set(name, base);
  else specifiers(list!, base, names);
};

const go: Reader = (text, { names, wildcards }) => {
  const [, alias, path] = /^(?:([\w.]+)\s+)?["`]([^"`]+)["`]$/.exec(text.trim()) ?? [];
  if (path === undefined) return;
  const last = dotted(path.replace(/\/v\d+$/, "")).at(-1)!;
  if (alias === ".") wildcards.push([last]);
  else if (alias !== undefined && alias !== "_") names.set(alias, [last]);
};

const java: Reader = (text, { names, wildcards }) => {
  const [, path] = /^import\s+(?:static\s+)?([\w.*\s]+);?$/.exec(text.trim()) ?? [];
  if (path === undefined) return;
  const parts = dotted(path);
  if (parts.at(-1) === "*") wildcards.push(parts.slice(0, -1));
  else names.set(parts.at(-1)!, parts);
};

const csharp: Reader = (text, { names, wildcards }) => {
  const [, alias, path] =
    /^(?:global\s+)?using\s+(?:static\s+)?(?:(\w+)\s*=\s*)?([\w.:]+)\s*;?$/.exec(text.trim()) ?? [];
  if (path === undefined) return;
  if (alias !== undefined) names.set(alias, dotted(path));
  else wildcards.push(dotted(path));
};

const php: Reader = (text, { names }) => {
  const [, path, alias] = /^\\?([\w\\]+)(?:\s+as\s+(\w+))?$/i.exec(text.trim()) ?? [];
  if (path === undefined) return;
  const parts = dotted(path);
  names.set(alias ?? parts.at(-1)!, parts);
};

const rust: Reader = (text, into) => {
  useTree(text.replace(/^(?:pub(?:\([^)]*\))?\s+)?use\s+/, "").replace(/;\s*$/, ""), [], into);
};

function useTree(tree: string, base: string[], into: Collected): void {
  const group = /^([\w:\s]*?)(?:::)?\s*\{(.*)\}\s*$/s.exec(tree.trim());
  if (group !== null) {
    const inner = [...base, ...dotted(group[1]!)];
    for (const part of splitOutside(group[2]!)) useTree(part, inner, into);
    return;
  }
  const [, path, alias] = /^\s*([\w:\s*]+?)(?:\s+as\s+(\w+))?\s*$/s.exec(tree) ?? [];
  if (path === undefined) return;
  const parts = dotted(path);
  if (parts.at(-1) === "*") into.wildcards.push([...base, ...parts.slice(0, -1)]);
  else if (parts.at(-1) === "self") into.names.set(alias ?? base.at(-1) ?? "self", base);
  else if (parts.length > 0) into.names.set(alias ?? parts.at(-1)!, [...base, ...parts]);
}

/** At commas that stand in no braces. */
function splitOutside(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const char of text) {
    if (char === "{") depth++;
    else if (char === "}") depth--;
    if (char === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += char;
  }
  return parts;
}

const cpp: Reader = (text, { names, wildcards }) => {
  const [, isNamespace, path] = /^using\s+(namespace\s+)?([\w:]+)\s*;?$/.exec(text.trim()) ?? [];
  if (path === undefined) return;
  const parts = dotted(path);
  if (isNamespace === undefined) names.set(parts.at(-1)!, parts);
  else wildcards.push(parts);
};

const web = { import_statement: javascriptImport, variable_declarator: javascriptRequire };

/** By language: kind of node → reads its text. */
const readers: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  python: { import_statement: python, import_from_statement: python },
  javascript: web,
  typescript: web,
  tsx: web,
  go: { import_spec: go },
  java: { import_declaration: java },
  csharp: { using_directive: csharp },
  php: { namespace_use_clause: php },
  rust: { use_declaration: rust },
  cpp: { using_declaration: cpp },
};

/** Longer texts are no imports. */
const LONGEST = 4000;

export function readAliases(source: Source): Aliases {
  const { syntax, count } = source;
  const collected: Collected = { names: new Map(), wildcards: [] };
  const bySymbol = new Map<number, Reader>();
  for (const [kind, reader] of Object.entries(readers[syntax.id] ?? {})) {
    const symbol = syntax.language.idForNodeType(kind, true);
    if (symbol !== null) bySymbol.set(symbol, reader);
  }
  if (bySymbol.size > 0) {
    for (let node = 0; node < count; node++) {
      const reader = bySymbol.get(source.symbol(node));
      if (reader === undefined || source.end(node) - source.start(node) > LONGEST) continue;
      reader(source.textOf(node), collected);
    }
  }
  return collected;
}
