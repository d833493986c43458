import { STRIDE } from "../../parse/flat-tree.ts";
import type { LoadedGrammar } from "../../parse/parsers.ts";
import { type CompiledSyntax, Is } from "../syntax/compile-syntax.ts";
import { Source } from "../match/source.ts";
import { ELLIPSIS, type EntryPattern, type NodePattern, type Pattern, type Slots } from "./pattern.ts";
import {
  type Part,
  partOf,
  type PatternText,
  PLACEHOLDERS,
  readPatternText,
  spell,
  spellings,
} from "./placeholders.ts";
import { compileRegex } from "./regex.ts";

export interface PatternContext {
  grammar: LoadedGrammar;
  syntax: CompiledSyntax;
  slots: Slots;
}

/** The text is no code of the language. */
export class PatternProblem extends Error {}

/** A metavariable and nothing else, as code or inside of quotes. */
const ONLY_PLACEHOLDER = /^[$@:*]?(caelum[a-z]+z\d+z);?$/i;

/**
 * Parses a pattern with the grammar of its language and turns the tree into a `Pattern`.
 * Throws a PatternProblem or a PatternSyntaxProblem.
 */
export function compilePattern(text: string, context: PatternContext): Pattern {
  const trimmed = text.trim();
  if (trimmed === "") throw new PatternProblem("the pattern is empty");
  const read = readPatternText(trimmed, context.syntax.id);
  const only = onlyPart(read);
  if (only !== undefined) return partPattern(only, context);
  const parsed = parseFragment(read, context);
  if (parsed === undefined)
    throw new PatternProblem(`the pattern is no ${context.syntax.id} that the grammar understands`);
  return new TreeCompiler(parsed.source, read.parts, context).root(parsed.start, parsed.end);
}

/** A pattern that is nothing but `$X` or `...` needs no grammar. */
function onlyPart({ pieces, parts }: PatternText): Part | undefined {
  const isOnly =
    parts.length === 1 && pieces.every((piece) => typeof piece !== "string" || piece.trim() === "");
  return isOnly ? parts[0] : undefined;
}

interface ParsedFragment {
  source: Source;
  start: number;
  end: number;
}

/** The first way to write and to wrap the fragment that parses without an error. */
function parseFragment(read: PatternText, { grammar, syntax }: PatternContext): ParsedFragment | undefined {
  const { wrappers, spelling } = syntax.data;
  const seen = new Set<string>();
  const begins = typeof read.pieces[0] === "string" ? read.pieces[0].trimStart()[0] : undefined;
  // A record at the beginning of a statement would be a block.
  const ordered =
    begins === "{"
      ? wrappers.toSorted(([a], [b]) => Number(b === "(") - Number(a === "(") || (a === b ? 0 : 0))
      : wrappers;
  for (const mixed of [false, true]) {
    for (const [before, after] of ordered) {
      for (const choice of spellings(read, spelling, mixed)) {
        const fragment = spell(read, choice, spelling.capitalised === true);
        // An empty statement behind it would make a sequence of it.
        if (fragment.endsWith(";") && after.trimStart().startsWith(";")) continue;
        const whole = before + fragment + after;
        if (seen.has(whole)) continue;
        seen.add(whole);
        const tree = grammar.parse(whole);
        if (tree.errors > 0) continue;
        // The array is the grammar's own: it is overwritten by the next parse.
        const nodes = tree.nodes.slice(0, tree.count * STRIDE);
        const source = new Source({ ...tree, nodes }, whole, syntax);
        return { source, start: before.length, end: before.length + fragment.length };
      }
    }
  }
  return undefined;
}

function partPattern(part: Part, context: PatternContext): Pattern {
  switch (part.type) {
    case "metavariable":
      return { type: "metavariable", slot: context.slots.of(part.name) };
    case "typed":
      return { type: "metavariable", slot: context.slots.of(part.name), typed: part.wanted };
    case "arguments":
      return { type: "ellipsis", slot: context.slots.of(`$...${part.name.slice(1)}`) };
    case "ellipsis":
      return ELLIPSIS;
    case "deep":
      return { type: "deep", inner: compilePattern(part.text, context) };
  }
}

class TreeCompiler {
  readonly #source: Source;
  readonly #parts: readonly Part[];
  readonly #context: PatternContext;

  constructor(source: Source, parts: readonly Part[], context: PatternContext) {
    this.#source = source;
    this.#parts = parts;
    this.#context = context;
  }

  /** What stands between two offsets: one node, or statements that follow each other. */
  root(start: number, end: number): Pattern {
    const source = this.#source;
    let at = 0;
    for (;;) {
      const inside = source
        .children(at)
        .filter((child) => source.start(child) < end && source.end(child) > start);
      if (inside.length > 1 && (source.start(at) < start || this.#isList(at))) return this.#sequence(inside);
      if (inside.length !== 1) return this.#node(at);
      const [child] = inside;
      if (!this.#covers(child!, start, end) && inside.length === 1 && this.#covers(at, start, end))
        return this.#node(at);
      at = child!;
      if (source.start(at) >= start && source.end(at) <= end && !this.#isShell(at)) return this.#node(at);
    }
  }

  /** Covers exactly what is asked for, give or take a semicolon. */
  #covers(node: number, start: number, end: number): boolean {
    return this.#source.start(node) <= start && this.#source.end(node) >= end - 1;
  }

  /** Statements, and nothing that holds them together. */
  #isList(node: number): boolean {
    const { text } = this.#source;
    const begins = text[this.#source.start(node)]!;
    return (
      node === 0 ||
      ((this.#source.is(node) & Is.block) !== 0 && this.#source.isNamed(node + 1) && begins !== "{")
    );
  }

  /** A block around nothing but the pattern says nothing by itself. */
  #isShell(node: number): boolean {
    const bits = this.#source.is(node);
    const { text } = this.#source;
    return (
      ((bits & Is.transparent) !== 0 ||
        ((bits & Is.block) !== 0 && !"{:(".includes(text[this.#source.start(node)]!))) &&
      this.#source.firstChild(node) >= 0
    );
  }

  #sequence(nodes: readonly number[]): Pattern {
    const elements = joined(nodes.map((node) => this.#node(node)));
    // What stands before the first statement does not matter.
    while (elements[0] === ELLIPSIS) elements.shift();
    if (elements.length === 1) return elements[0]!;
    return elements.length === 0 ? ELLIPSIS : { type: "sequence", elements };
  }

  #node(given: number): Pattern {
    const source = this.#source;
    const part = this.#partAt(given);
    if (part !== undefined) return partPattern(part, this.#context);
    if (this.#isEllipsis(given) && !this.#isBracketed(given)) return ELLIPSIS;
    const node = source.unwrap(given);
    if (node !== given) return this.#node(node);
    const bits = source.is(node);
    const text = source.textOf(node);
    if ((bits & (Is.string | Is.concatenation)) !== 0) {
      const value = source.stringValue(node);
      if (value !== undefined) return this.#string(node, value);
    }
    const number = source.numberValue(node);
    if (number !== undefined && source.isLeaf(node)) return { type: "number", value: number };
    const chain = this.#chain(node);
    if (chain !== undefined) return chain;
    if (!hasPlaceholder(text)) {
      const segments = source.pathOf(node);
      if (segments !== undefined && segments.length > 1) return { type: "path", segments };
    }
    if (source.isLeaf(node) || (source.firstChild(node) < 0 && (bits & Is.string) !== 0))
      return { type: "leaf", symbol: this.#canonical(node), text, isName: (bits & Is.name) !== 0 };
    return this.#assignment(node) ?? this.#member(node) ?? this.#inner(node);
  }

  /** A member of something that may have been imported under another name. */
  #member(node: number): Pattern | undefined {
    const source = this.#source;
    const member = this.#context.syntax.members.get(source.symbol(node));
    const object = source.follow(node, member?.[0]);
    const name = source.follow(node, member?.[1]);
    if (member === undefined || object < 0 || name < 0) return undefined;
    const segments = hasPlaceholder(source.textOf(object)) ? undefined : source.pathOf(object);
    if (segments === undefined) return undefined;
    const inner = this.#inner(node);
    const [first, ...others] = inner.children;
    if (first?.type !== "leaf" && first?.type !== "path") return undefined;
    const children = [{ type: "path", segments } as const, ...others];
    const last = others.at(-1);
    if (last?.type !== "metavariable") return { ...inner, children };
    return { type: "member", node: { ...inner, children }, segments, slot: last.slot };
  }

  #canonical(node: number): number {
    const symbol = this.#source.symbol(node);
    return this.#context.syntax.canonical[symbol]!;
  }

  /** The part that a node, with quotes, sigils or a semicolon, stands for. */
  #partAt(node: number): Part | undefined {
    const found = ONLY_PLACEHOLDER.exec(this.#source.textOf(node));
    const part = found === null ? undefined : partOf(found[1]!, this.#parts);
    return part?.type === "ellipsis" ? undefined : part;
  }

  /** Nothing but `...` in it. */
  #isEllipsis(node: number): boolean {
    const text = this.#source.textOf(node);
    const names = text.match(PLACEHOLDERS);
    return (
      names !== null &&
      names.every((name) => partOf(name, this.#parts)?.type === "ellipsis") &&
      /^(?:[^\w]|int |Object |use |pass)*$/.test(text.replace(PLACEHOLDERS, "").replace(/=\s*1\b/g, ""))
    );
  }

  #isBracketed(node: number): boolean {
    const source = this.#source;
    if ((source.is(node) & Is.vanishing) !== 0) return false;
    if ("([{<".includes(source.text[source.start(node)]!)) return true;
    return (source.is(node) & Is.block) !== 0 && (source.is(node) & Is.transparent) === 0;
  }

  #string(node: number, value: string): Pattern {
    const { text } = this.#source;
    const any = {
      type: "string",
      value: undefined,
      slot: -1,
      regex: undefined,
      template: undefined,
    } as const;
    const begins = text[this.#source.start(node)]!;
    if (value === "...") return /["']/.test(begins) ? any : { ...any, template: begins };
    const found = ONLY_PLACEHOLDER.exec(value);
    const part = found === null ? undefined : partOf(found[1]!, this.#parts);
    if (part?.type === "metavariable") {
      const slot = this.#context.slots.of(part.name);
      return slot < 0 ? any : { ...any, slot };
    }
    if (/^=~\/.*\/[a-z]*$/s.test(value)) {
      const last = value.lastIndexOf("/");
      return {
        ...any,
        regex: compileRegex(`(?${value.slice(last + 1)})${value.slice(3, last)}`.replace("(?)", "")),
      };
    }
    return { ...any, value };
  }

  /** `a. ...` of a longer chain. */
  #chain(node: number): Pattern | undefined {
    const source = this.#source;
    const { members, calls } = this.#context.syntax;
    const symbol = source.symbol(node);
    const member = members.get(symbol);
    const call = calls.get(symbol);
    const object = source.follow(node, member?.[0] ?? call?.receiver);
    const name = source.follow(node, member?.[1] ?? call?.name);
    if (object < 0 || name < 0 || !this.#isEllipsis(name)) return undefined;
    return { type: "chain", inner: this.#node(object) };
  }

  #assignment(node: number): Pattern | undefined {
    const source = this.#source;
    const role = this.#context.syntax.assignments.get(source.symbol(node));
    if (role === undefined || role.augmented) return undefined;
    // With its type it is a declaration, and about that as well.
    const type = this.#context.syntax.language.fieldIdForName("type");
    if (type !== null && source.children(node).some((child) => source.field(child) === type))
      return undefined;
    const target = source.follow(node, role.target);
    const value = role.value === undefined ? source.children(node).at(-1)! : source.follow(node, role.value);
    if (
      target < 0 ||
      value < 0 ||
      target === value ||
      (role.operator !== 0 && !this.#hasToken(node, role.operator))
    )
      return undefined;
    return { type: "assignment", target: this.#node(target), value: this.#node(value) };
  }

  #hasToken(node: number, symbol: number): boolean {
    return this.#source.children(node).some((child) => this.#source.symbol(child) === symbol);
  }

  #inner(node: number): NodePattern {
    const source = this.#source;
    const children: Pattern[] = [];
    const entries: EntryPattern[] = [];
    const inString = (source.is(node) & Is.string) !== 0;
    for (const child of source.children(node)) {
      const key = this.#key(child);
      if (key >= 0 && !this.#isEllipsis(child)) entries.push(this.#entry(child, key));
      else if (inString && (source.is(child) & Is.stringPart) !== 0 && source.textOf(child) === "...")
        children.push(ELLIPSIS);
      else children.push(this.#node(child));
    }
    return {
      type: "node",
      symbol: this.#canonical(node),
      children: joined(children),
      ...(entries.length === 0 ? {} : { entries }),
      isSubset: (source.is(node) & Is.subset) !== 0,
    };
  }

  #key(node: number): number {
    if ((this.#source.is(node) & Is.entry) === 0) return -1;
    return this.#source.follow(node, this.#context.syntax.entries.get(this.#source.symbol(node)));
  }

  #entry(node: number, key: number): EntryPattern {
    const source = this.#source;
    const written = this.#partAt(key) === undefined ? keyText(source, key) : undefined;
    const children = source.children(node).map((child) => this.#node(child));
    return { key: written, children: written === undefined ? children : children.slice(1) };
  }
}

/** A key as a name, however it is written. */
export function keyText(source: Source, key: number): string | undefined {
  const inner = source.unwrap(key);
  return (
    source.stringValue(inner) ??
    (source.firstChild(inner) < 0 ? source.textOf(inner).replace(/^:/, "") : undefined)
  );
}

function hasPlaceholder(text: string): boolean {
  return text.search(PLACEHOLDERS) >= 0;
}

/** Two `...` in a row say no more than one. */
function joined(patterns: readonly Pattern[]): Pattern[] {
  return patterns.filter((one, index) => one !== ELLIPSIS || patterns[index - 1] !== ELLIPSIS);
}
