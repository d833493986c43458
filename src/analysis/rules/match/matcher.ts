import { keyText } from "../pattern/compile-pattern.ts";
import type { EntryPattern, NodePattern, Pattern, StringPattern } from "../pattern/pattern.ts";
import { Is } from "../syntax/compile-syntax.ts";
import type { Binding, Bindings } from "./binding.ts";
import { constantOf, contentOf, isAny, isLeafOf, isOptional } from "./leaves.ts";
import { resolvesTo } from "./resolve-path.ts";
import { sameCode } from "./same-code.ts";
import type { Source } from "./source.ts";
import { hasType } from "./types.ts";

/** Goes on with what is left of a pattern. True: no other way has to be tried. */
type Continue = () => boolean;

/** Steps for one pattern in one file: what is beyond is given up, and said. */
const MOST_STEPS = 1_000_000;

export class TooManyStepsError extends Error {}

/**
 * Matches patterns at nodes, in continuation-passing style: every way to match calls `accept`, with `bindings` filled,
 * until it returns true. Nothing is left over in `bindings`.
 */
export class Matcher {
  readonly source: Source;
  bindings: Bindings = [];
  /** Where the last element of a sequence ended. */
  sequenceEnd = 0;
  #steps = 0;

  constructor(source: Source) {
    this.source = source;
  }

  /** Before each pattern: how many slots its rule has. */
  begin(slots: number): void {
    this.bindings = Array.from({ length: slots });
    this.#steps = 0;
  }

  match(pattern: Pattern, given: number, accept: Continue): boolean {
    if (++this.#steps > MOST_STEPS) throw new TooManyStepsError("too many ways to match");
    const { source } = this;
    switch (pattern.type) {
      case "metavariable":
        return this.#metavariable(pattern.slot, pattern.typed, given, accept);
      case "deep":
        return this.#deep(pattern.inner, given, accept);
      case "chain":
        return this.#chain(pattern.inner, given, accept);
      case "ellipsis":
        return pattern.slot < 0 ? accept() : this.bind(pattern.slot, given, accept);
      case "sequence":
        return this.#sequenceAt(pattern.elements, given, accept);
      default:
    }
    const node = source.unwrap(given);
    if (this.#plain(pattern, node, accept)) return true;
    const inner = (source.is(node) & Is.namedParameter) === 0 ? -1 : source.namedPart(node);
    if (inner >= 0) return this.match(pattern, inner, accept);
    return false;
  }

  #plain(
    pattern: Exclude<Pattern, { type: "metavariable" | "deep" | "chain" | "ellipsis" | "sequence" }>,
    node: number,
    accept: Continue,
  ): boolean {
    const { source } = this;
    switch (pattern.type) {
      case "node":
        return (
          source.syntax.canonical[source.symbol(node)] === pattern.symbol && this.#node(pattern, node, accept)
        );
      case "leaf":
        return isLeafOf(source, pattern, node) && accept();
      case "path":
        return resolvesTo(source, node, pattern.segments) && accept();
      case "member":
        return this.#member(pattern, node, accept);
      case "string":
        return this.#string(pattern, node, accept);
      case "number":
        return source.numberValue(constantOf(source, node)) === pattern.value && accept();
      case "assignment":
        return this.#assignment(pattern.target, pattern.value, node, accept);
    }
  }

  #member(
    { node: pattern, segments, slot }: Extract<Pattern, { type: "member" }>,
    node: number,
    accept: Continue,
  ): boolean {
    const { source } = this;
    if ((source.is(node) & Is.name) === 0 || !source.isLeaf(node)) {
      const fits = source.syntax.canonical[source.symbol(node)] === pattern.symbol;
      return fits && this.#node(pattern, node, accept);
    }
    const meant = source.aliases.names.get(source.textOf(node));
    const isMember =
      meant !== undefined &&
      meant.length === segments.length + 1 &&
      segments.every((name, index) => name === meant[index]);
    return isMember && this.bind(slot, node, accept);
  }

  bind(slot: number, node: number, accept: Continue): boolean {
    return this.#bindTo(slot, { start: this.source.start(node), end: this.source.end(node), node }, accept);
  }

  #bindTo(slot: number, binding: Binding, accept: Continue): boolean {
    if (slot < 0) return accept();
    const known = this.bindings[slot];
    if (known !== undefined) return sameCode(this.source, known, binding) && accept();
    this.bindings[slot] = binding;
    const done = accept();
    this.bindings[slot] = undefined;
    return done;
  }

  #metavariable(slot: number, typed: string | undefined, given: number, accept: Continue): boolean {
    const { source } = this;
    const node = source.unwrap(given);
    const inner = (source.is(node) & Is.namedParameter) === 0 ? -1 : source.namedPart(node);
    const bound = inner >= 0 ? inner : node;
    if (!source.isNamed(bound) && source.firstChild(bound) < 0 && !/^\w/.test(source.textOf(bound)))
      return false;
    if (typed !== undefined && !hasType(source, bound, typed)) return false;
    return this.bind(slot, bound, accept);
  }

  #string(pattern: StringPattern, given: number, accept: Continue): boolean {
    const { source } = this;
    if (pattern.template !== undefined) return source.isTemplate(given, pattern.template) && accept();
    const node = constantOf(source, given);
    if ((source.is(node) & (Is.string | Is.concatenation)) === 0) {
      const isWord = source.syntax.id === "bash" && pattern.value !== undefined && source.isLeaf(node);
      return isWord && source.textOf(node) === pattern.value && accept();
    }
    const value = source.stringValue(node);
    if (value === undefined) return source.syntax.id === "bash" && isAny(pattern) && accept();
    if (pattern.slot >= 0) return this.#bindTo(pattern.slot, contentOf(source, node), accept);
    if (pattern.regex !== undefined) {
      pattern.regex.lastIndex = 0;
      return pattern.regex.test(value) && accept();
    }
    return (pattern.value === undefined || pattern.value === value) && accept();
  }

  #assignment(target: Pattern, value: Pattern, node: number, accept: Continue): boolean {
    const { source } = this;
    const role = source.syntax.assignments.get(source.symbol(node));
    if (role === undefined || role.augmented) return false;
    if (role.operator !== 0 && !source.children(node).some((child) => source.symbol(child) === role.operator))
      return false;
    const left = source.follow(node, role.target);
    const right =
      role.value === undefined ? (source.children(node).at(-1) ?? -1) : source.follow(node, role.value);
    if (left < 0 || right < 0 || left === right) return false;
    return this.match(target, left, () => this.match(value, right, accept));
  }

  #deep(inner: Pattern, given: number, accept: Continue): boolean {
    const end = this.source.after(given);
    for (let node = given; node < end; node++)
      if (this.source.isNamed(node) && this.match(inner, node, accept)) return true;
    return false;
  }

  /** Down the objects of members and calls. */
  #chain(inner: Pattern, given: number, accept: Continue): boolean {
    const { source } = this;
    for (let node = source.unwrap(given); ;) {
      if (this.match(inner, node, accept)) return true;
      const first = (source.is(node) & (Is.member | Is.call)) === 0 ? -1 : source.firstChild(node);
      if (first < 0) return false;
      node = source.unwrap(first);
    }
  }

  #node(pattern: NodePattern, node: number, accept: Continue): boolean {
    const { source } = this;
    const end = source.after(node);
    const first = source.significant(node + 1, end);
    if (pattern.isSubset) return this.#subset(pattern.children, 0, node, accept);
    if (pattern.entries !== undefined) return this.#keyed(pattern, pattern.entries, node, accept);
    return this.children(pattern.children, 0, first, end, accept);
  }

  /** Every pattern matches some child. */
  #subset(patterns: readonly Pattern[], index: number, node: number, accept: Continue): boolean {
    if (index === patterns.length) return accept();
    const pattern = patterns[index]!;
    if (pattern.type === "ellipsis") return this.#subset(patterns, index + 1, node, accept);
    return this.source
      .children(node)
      .some((child) => this.match(pattern, child, () => this.#subset(patterns, index + 1, node, accept)));
  }

  /** Entries in any order, the other children in theirs; what is left over needs a `...`. */
  #keyed(pattern: NodePattern, entries: readonly EntryPattern[], node: number, accept: Continue): boolean {
    const { source } = this;
    const all = source.children(node);
    const keyed = all.filter((child) => this.#key(child) >= 0);
    const others = all.filter((child) => this.#key(child) < 0);
    const isOpen = pattern.children.some(({ type }) => type === "ellipsis");
    if (!isOpen && keyed.length !== entries.length) return false;
    const used = new Set<number>();
    const entry = (index: number): boolean => {
      if (index === entries.length) return this.#listed(pattern.children, 0, others, 0, accept);
      return keyed.some((child) => {
        if (used.has(child)) return false;
        used.add(child);
        const done = this.#entry(entries[index]!, child, () => entry(index + 1));
        used.delete(child);
        return done;
      });
    };
    return entry(0);
  }

  #key(node: number): number {
    if ((this.source.is(node) & Is.entry) === 0) return -1;
    return this.source.follow(node, this.source.syntax.entries.get(this.source.symbol(node)));
  }

  #entry({ key, children }: EntryPattern, node: number, accept: Continue): boolean {
    const { source } = this;
    const end = source.after(node);
    const first = source.significant(node + 1, end);
    if (key === undefined) return this.children(children, 0, first, end, accept);
    if (keyText(source, this.#key(node)) !== key) return false;
    return this.children(children, 0, source.next(first, end), end, accept);
  }

  /** Patterns against some of the children of a node. */
  #listed(
    patterns: readonly Pattern[],
    index: number,
    nodes: readonly number[],
    at: number,
    accept: Continue,
  ): boolean {
    const pattern = patterns[index];
    if (pattern === undefined)
      return nodes.slice(at).every((node) => isOptional(this.source, node)) && accept();
    if (pattern.type === "ellipsis") {
      for (let next = at; next <= nodes.length; next++) {
        const span = (): boolean => this.#listed(patterns, index + 1, nodes, next, accept);
        if (this.#bindSpan(pattern.slot, nodes[at], nodes[next - 1], next > at, span)) return true;
      }
      return false;
    }
    const node = nodes[at];
    if (node === undefined) return false;
    if (this.match(pattern, node, () => this.#listed(patterns, index + 1, nodes, at + 1, accept)))
      return true;
    return isOptional(this.source, node) && this.#listed(patterns, index, nodes, at + 1, accept);
  }

  /** Patterns against the children of a node from `node` on. */
  children(
    patterns: readonly Pattern[],
    index: number,
    node: number,
    end: number,
    accept: Continue,
  ): boolean {
    const { source } = this;
    if (index === patterns.length) {
      for (let at = node; at < end; at = source.next(at, end)) if (!isOptional(this.source, at)) return false;
      return accept();
    }
    const pattern = patterns[index]!;
    if (pattern.type === "ellipsis") {
      if (pattern.slot < 0 && index === patterns.length - 1) return accept();
      let last = -1;
      for (let at = node; ; at = source.next(at, end)) {
        const rest = (): boolean => this.children(patterns, index + 1, at, end, accept);
        if (this.#bindSpan(pattern.slot, node, last, last >= 0, rest)) return true;
        // Statements between two others may hold the second one inside of them.
        if (at < end && this.#inside(patterns, index + 1, at, end, accept)) return true;
        if (at >= end) return false;
        last = at;
      }
    }
    if (node >= end) return false;
    const next = source.next(node, end);
    if (this.match(pattern, node, () => this.children(patterns, index + 1, next, end, accept))) return true;
    return isOptional(this.source, node) && this.children(patterns, index, next, end, accept);
  }

  /** Behind `...`: the next statement, nested somewhere in this one. */
  #inside(
    patterns: readonly Pattern[],
    index: number,
    statement: number,
    end: number,
    accept: Continue,
  ): boolean {
    const { source } = this;
    const pattern = patterns[index];
    if (pattern === undefined || pattern.type === "ellipsis") return false;
    const parent = source.parents[statement]!;
    if (parent < 0 || (source.is(parent) & Is.block) === 0) return false;
    return this.#within(pattern, statement, (found) =>
      this.children(patterns, index + 1, source.significant(source.after(found), end), end, accept),
    );
  }

  /** Every node below, functions of their own excepted. */
  #within(pattern: Pattern, statement: number, accept: (found: number) => boolean): boolean {
    const { source } = this;
    const end = source.after(statement);
    for (let node = statement + 1; node < end; node++) {
      if ((source.is(node) & Is.function) !== 0 && pattern.type !== "deep") {
        if (this.match(pattern, node, () => accept(node))) return true;
        node = source.after(node) - 1;
        continue;
      }
      if (source.isNamed(node) && this.match(pattern, node, () => accept(node))) return true;
    }
    return false;
  }

  #bindSpan(
    slot: number,
    first: number | undefined,
    last: number | undefined,
    some: boolean,
    accept: Continue,
  ): boolean {
    if (slot < 0) return accept();
    if (!some || first === undefined || last === undefined) return accept();
    return this.#bindTo(
      slot,
      { start: this.source.start(first), end: this.source.end(last), node: -1 },
      accept,
    );
  }

  /** `node` is where the first element may match; the others follow in its block. */
  #sequenceAt(elements: readonly Pattern[], node: number, accept: Continue): boolean {
    const { source } = this;
    const statement = source.statementOf(node);
    const block = source.parents[statement]!;
    if (block < 0) return false;
    const end = source.after(block);
    return this.match(elements[0]!, node, () =>
      this.#rest(elements, 1, source.significant(source.after(statement), end), end, accept),
    );
  }

  #rest(elements: readonly Pattern[], index: number, node: number, end: number, accept: Continue): boolean {
    const { source } = this;
    const element = elements[index];
    if (element === undefined) return accept();
    if (element.type === "ellipsis") {
      if (index === elements.length - 1) {
        const lastNode = lastBefore(source, node, end);
        this.sequenceEnd = lastNode < 0 ? this.sequenceEnd : source.end(lastNode);
        return accept();
      }
      const wanted = elements[index + 1]!;
      for (let at = node; at < end; at = source.next(at, end)) {
        const found = (inner: number): boolean => {
          this.sequenceEnd = source.end(source.statementOf(inner));
          return this.#rest(elements, index + 2, source.significant(source.after(inner), end), end, accept);
        };
        if (this.match(wanted, at, () => found(at)) || this.#within(wanted, at, found)) return true;
      }
      return false;
    }
    if (node >= end) return false;
    const found = (): boolean => {
      this.sequenceEnd = source.end(node);
      return this.#rest(elements, index + 1, source.next(node, end), end, accept);
    };
    return this.match(element, node, found) || this.#within(element, node, found);
  }
}

function lastBefore(source: Source, node: number, end: number): number {
  let last = -1;
  for (let at = node; at < end; at = source.next(at, end)) last = at;
  return last;
}
