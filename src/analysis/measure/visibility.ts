import type { ExportRule } from "../language.ts";
import { STRIDE, SYMBOL_MASK } from "../parse/flat-tree.ts";
import type { CompiledLanguage } from "./compiled-language.ts";
import { childByField, childByKind } from "./field-path.ts";
import { hasChild, hasText } from "./node-text.ts";
import { Role } from "./roles.ts";

/** Tells what can be seen from outside its file, by the rule of its language. */
export class Visibility {
  readonly #language: CompiledLanguage;

  constructor(language: CompiledLanguage) {
    this.#language = language;
  }

  /** For a symbol that stands in no function. */
  isExported(
    nodes: Uint32Array,
    text: string,
    node: number,
    name: string,
    ancestors: Int32Array,
    depth: number,
  ): boolean {
    const { rule, kinds, within, hidden, hidingTexts } = this.#language.exported;
    switch (rule.rule) {
      case "all":
        return true;
      case "capital":
        return startsWithCapital(name);
      case "no-underscore":
        return !name.startsWith("_") || (name.startsWith("__") && name.endsWith("__"));
      case "ancestor":
        if (hidden?.test(name) === true || hasText(nodes, text, node, within, hidingTexts)) return false;
        // `private f = () => …`: the word stands beside the function.
        if (depth > 0 && hasText(nodes, text, ancestors[depth - 1]!, within, hidingTexts)) return false;
        for (let up = depth - 1; up >= 0; up--)
          if (kinds.has(nodes[ancestors[up]! * STRIDE]! & SYMBOL_MASK)) return true;
        return false;
      case "tokens":
        return this.#isMarked(nodes, node, ancestors, depth);
      case "unless-texts":
        return this.#isShown(rule, nodes, text, node, ancestors.subarray(0, depth));
    }
  }

  /** Whether a word of the node makes it visible, or the type that it stands in does. */
  #isMarked(nodes: Uint32Array, node: number, ancestors: Int32Array, depth: number): boolean {
    const { kinds, within, publicIn, asType } = this.#language.exported;
    if (asType.has(nodes[node * STRIDE]! & SYMBOL_MASK)) {
      let up = depth - 1;
      while (up >= 0 && !this.#isType(nodes, ancestors[up]!)) up--;
      return up >= 0 && this.#isMarked(nodes, ancestors[up]!, ancestors, up);
    }
    if (hasChild(nodes, node, kinds)) return true;
    const inner = within === 0 ? -1 : childByKind(nodes, node, within);
    if (inner >= 0 && hasChild(nodes, inner, kinds)) return true;
    return publicIn.size > 0 && this.#standsInPublic(nodes, ancestors, depth);
  }

  #isType(nodes: Uint32Array, node: number): boolean {
    return (this.#language.roles[nodes[node * STRIDE]! & SYMBOL_MASK]! & Role.type) !== 0;
  }

  #isShown(
    rule: Extract<ExportRule, { rule: "unless-texts" }>,
    nodes: Uint32Array,
    text: string,
    node: number,
    ancestors: Int32Array,
  ): boolean {
    const { within, hiddenIn, notBelow, hiddenBelowUnnamed } = this.#language.exported;
    let type = -1;
    let textsCount = true;
    for (const ancestor of ancestors) {
      const symbol = nodes[ancestor * STRIDE]! & SYMBOL_MASK;
      const field = hiddenBelowUnnamed.get(symbol);
      if (field !== undefined && childByField(nodes, ancestor, field) < 0) return false;
      if (notBelow.has(symbol)) textsCount = false;
      if (this.#language.roles[symbol]! & Role.type) type = symbol;
    }
    if (rule.shown !== undefined && hasText(nodes, text, node, within, rule.shown)) return true;
    if (textsCount && hasText(nodes, text, node, within, rule.texts)) return false;
    return !hiddenIn.has(type);
  }

  /** Whether the innermost type around is one whose members need no word to be visible. */
  #standsInPublic(nodes: Uint32Array, ancestors: Int32Array, depth: number): boolean {
    const { publicIn } = this.#language.exported;
    for (let up = depth - 1; up >= 0; up--) {
      if (!this.#isType(nodes, ancestors[up]!)) continue;
      const field = publicIn.get(nodes[ancestors[up]! * STRIDE]! & SYMBOL_MASK);
      return field === 0 || (field !== undefined && childByField(nodes, ancestors[up]!, field) >= 0);
    }
    return false;
  }
}

function startsWithCapital(name: string): boolean {
  const first = name.charCodeAt(0);
  return first < 128 ? first >= 65 && first <= 90 : /^\p{Lu}/u.test(name);
}
