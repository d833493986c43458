import type { Language } from "web-tree-sitter";
import type { CompiledLanguage } from "../measure/compiled-language.ts";
import { Role } from "../measure/roles.ts";

/** What all names are to clones, and all values: a renamed copy is a copy. */
const NAME = 1;
export const VALUE = 2;
/** Text between code, such as a template's HTML: other words are another thing. Tapes have a hash of the words instead. */
export const WORDS = 3;
/** Not a token: comments, line ends, nothing. */
export const NO_TOKEN = 0;

/**
 * Kind of token for each symbol of a grammar, from the names that the grammar gives them and not from its numbers: a
 * token is the same in JavaScript and TypeScript, in C and C++. 16 bits of a hash; a test holds that no two tokens of
 * related grammars share one.
 */
export function tokenKinds(language: Language, { roles }: CompiledLanguage): Uint16Array {
  const kinds = new Uint16Array(1 << 16);
  for (let symbol = 0; symbol < language.nodeTypeCount; symbol++) {
    const name = language.nodeTypeForId(symbol) ?? "";
    if (roles[symbol]! & Role.comment) continue;
    if (roles[symbol]! & Role.literal) kinds[symbol] = VALUE;
    else kinds[symbol] = kindOf(name, language.nodeTypeIsNamed(symbol));
  }
  return kinds;
}

/** Kinds of leaves that hold a name in any of the grammars. */
const names =
  /identifier|_name$|^name$|^word$|^identifier|type$|^constant$|variable|^implicit_parameter$|^(this|self|super|crate|base|label|iota|_)$/;
/** And those that hold a value. */
const values =
  /number|string|integer|float|char|literal|escape|regex|^(true|false|null|nil|none|undefined|null_literal|boolean|int|decimal|hex|heredoc.*|content|.*_content|.*_fragment|raw_text|imaginary|rational|complex|ellipsis|.*_symbol|preproc_arg|extglob_pattern)$/i;
/** And those that are neither, but do not always have the same text. */
const words = /^(text|test_operator)$/;

export function kindOf(name: string, isNamed: boolean): number {
  if (name.trim() === "") return NO_TOKEN;
  if (isNamed && words.test(name)) return WORDS;
  if (isNamed && values.test(name)) return VALUE;
  if (isNamed && names.test(name)) return NAME;
  return kindOfText(name, 0, name.length);
}

/** Kind of a token that is always spelled this way; blanks do not count. */
export function kindOfText(text: string, start: number, end: number): number {
  let hash = 0x3aeede06; // with it, all names in the grammars have kinds of their own
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code > 32) hash = Math.imul(hash ^ code, 0x01000193);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  const kind = hash & 0xffff;
  return kind < 8 ? kind + 8 : kind;
}

/** Languages whose copies are looked for together. */
const families: Readonly<Record<string, number>> = {
  javascript: 1,
  typescript: 1,
  tsx: 1,
  c: 2,
  cpp: 2,
};

/** A number that languages share when a copy may stand in either. */
export function familyOf(language: string): number {
  const known = families[language];
  if (known !== undefined) return known;
  let hash = 7;
  for (let at = 0; at < language.length; at++) hash = (Math.imul(hash, 31) + language.charCodeAt(at)) >>> 0;
  return hash | 0x100;
}
