import type { Spelling } from "../syntax/syntax.ts";

/** A part of a pattern that the grammar does not know. */
export type Part =
  | { type: "metavariable"; name: string }
  | { type: "arguments"; name: string }
  | { type: "typed"; name: string; wanted: string }
  | { type: "ellipsis" }
  | { type: "deep"; text: string };

type Place = "statement" | "element" | "chain";

interface Piece {
  part: Part;
  place: Place;
  /** A type is named here. */
  capital: boolean;
}

/** A pattern's text in pieces: code as it is, and parts in between. */
export interface PatternText {
  pieces: (string | Piece)[];
  parts: readonly Part[];
}

/** PHP's own variables look like metavariables. */
const SUPERGLOBALS: ReadonlySet<string> = new Set([
  "$_SERVER",
  "$_GET",
  "$_POST",
  "$_FILES",
  "$_COOKIE",
  "$_SESSION",
  "$_REQUEST",
  "$_ENV",
  "$GLOBALS",
]);

const METAVARIABLE = /\$[A-Z_][A-Z_0-9]*(?![a-zA-Z0-9_])/y;
const ARGUMENTS = /\$\.\.\.[A-Z_][A-Z_0-9]*/y;
const TYPED_BEFORE =
  /\(\s*([A-Za-z_][\w.:]*(?:\s*<[^()$]*>)?[\w.:[\]*&\s?]*?)[\s*&]+(\$[A-Z_][A-Z_0-9]*)\s*\)/y;
const TYPED_BEHIND = /\(\s*(\$[A-Z_][A-Z_0-9]*)\s*:\s*([^():=]+?)\s*\)(?!\s*(?:=>|->|\{|:))/y;

class PatternSyntaxProblem extends Error {
  /** Into the pattern's text. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Finds metavariables, `...` and the like. Throws a PatternSyntaxProblem. */
export function readPatternText(text: string, language: string): PatternText {
  const pieces: (string | Piece)[] = [];
  const parts: Part[] = [];
  let code = "";
  let at = 0;
  const brackets: string[] = [];
  const push = (part: Part, place: Place = "element"): void => {
    pieces.push(code, { part, place, capital: /(?:\b(?:class|module|new)\s+|::|<\s*)$/.test(code) });
    parts.push(part);
    code = "";
  };
  while (at < text.length) {
    const char = text[at]!;
    if (text.startsWith("<...", at)) {
      const end = text.indexOf("...>", at + 4);
      if (end < 0) throw new PatternSyntaxProblem("<... without ...>", at);
      push({ type: "deep", text: text.slice(at + 4, end).trim() });
      at = end + 4;
      continue;
    }
    if (char === "$") {
      const args = stickyMatch(ARGUMENTS, text, at);
      if (args !== undefined) {
        push({ type: "arguments", name: `$${args[0].slice(4)}` });
        at += args[0].length;
        continue;
      }
      const found = stickyMatch(METAVARIABLE, text, at);
      if (found !== undefined && !SUPERGLOBALS.has(found[0])) {
        push({ type: "metavariable", name: found[0] });
        at += found[0].length;
        continue;
      }
    }
    if (char === "(" && !/[\w)\]>$]\s*$/.test(before(text, at))) {
      const typed = readTyped(text, at, language);
      if (typed !== undefined) {
        // What is given a value stands in no parentheses.
        const isTarget = /^\s*=(?!=)/.test(text.slice(at + typed.length));
        if (!isTarget) code += "(";
        push({ type: "typed", name: typed.name, wanted: typed.wanted });
        code = isTarget ? "" : ")";
        at += typed.length;
        continue;
      }
    }
    if (text.startsWith("...", at) && !isSpread(text, at)) {
      push({ type: "ellipsis" }, placeOf(text, at, brackets));
      at += 3;
      continue;
    }
    const quote = quoteAt(text, at, language);
    if (quote !== undefined) {
      at = readString(quote, at);
      continue;
    }
    if ("([{".includes(char)) brackets.push(char);
    else if (")]}".includes(char)) brackets.pop();
    code += char;
    at++;
  }
  pieces.push(code);
  return { pieces, parts };

  /** Copies a string; metavariables count where they are all of it, or inside braces. */
  function readString(quote: string, from: number): number {
    const end = closing(text, from + quote.length, quote);
    const content = text.slice(from + quote.length, end);
    code += quote;
    const whole = stickyMatch(METAVARIABLE, content, 0);
    if (whole?.[0] === content) {
      push({ type: "metavariable", name: content });
    } else {
      let last = 0;
      for (const found of content.matchAll(
        /\$[A-Z_][A-Z_0-9]*(?![a-zA-Z0-9_])|(?<=\{|\.\s)\.\.\.(?=\}|\s\.)/g,
      )) {
        if (!isInBraces(content, found.index)) continue;
        code += content.slice(last, found.index);
        if (found[0] === "...") push({ type: "ellipsis" }, "chain");
        else push({ type: "metavariable", name: found[0] });
        last = found.index + found[0].length;
      }
      code += content.slice(last);
    }
    code += text.slice(end, end + quote.length);
    return end + quote.length;
  }
}

/** Whether code is put into a string at an offset. */
function isInBraces(content: string, offset: number): boolean {
  let depth = 0;
  for (let at = 0; at < offset; at++) {
    if (content[at] === "{") depth++;
    else if (content[at] === "}") depth--;
  }
  return depth > 0;
}

function before(text: string, at: number): string {
  return text.slice(Math.max(0, at - 40), at);
}

function stickyMatch(expression: RegExp, text: string, at: number): RegExpExecArray | undefined {
  expression.lastIndex = at;
  return expression.exec(text) ?? undefined;
}

const TYPE_BEHIND: ReadonlySet<string> = new Set([
  "go",
  "javascript",
  "typescript",
  "tsx",
  "python",
  "rust",
  "php",
]);
const TYPE_BEFORE: ReadonlySet<string> = new Set(["java", "c", "cpp", "csharp", "php"]);

function readTyped(
  text: string,
  at: number,
  language: string,
): { name: string; wanted: string; length: number } | undefined {
  if (TYPE_BEHIND.has(language)) {
    const found = stickyMatch(TYPED_BEHIND, text, at);
    if (found !== undefined) return { name: found[1]!, wanted: found[2]!, length: found[0].length };
  }
  if (TYPE_BEFORE.has(language)) {
    const found = stickyMatch(TYPED_BEFORE, text, at);
    if (found !== undefined && !/^(?:return|new|await|throw|case|delete)$/.test(found[1]!))
      return { name: found[2]!, wanted: typeText(found), length: found[0].length };
  }
  return undefined;
}

/** With the stars that stand between type and name. */
function typeText(found: RegExpExecArray): string {
  const between = found[0].slice(found[0].indexOf(found[1]!) + found[1]!.length, found[0].indexOf(found[2]!));
  return found[1]! + between.replace(/\s+/g, "");
}

/** `...args` and `args...` are the language's own. */
function isSpread(text: string, at: number): boolean {
  const next = text[at + 3] ?? "";
  const previous = text[at - 1] ?? "";
  return /[A-Za-z_$[{(]/.test(next) || /[\w\])]/.test(previous);
}

function placeOf(text: string, at: number, brackets: readonly string[]): Place {
  const behind = text.slice(at + 3).trimStart();
  const ahead = text.slice(0, at).trimEnd();
  if (/(?:\.|->|::)$/.test(ahead) || /^(?:\.\s*[\w$]|->|::)/.test(behind)) return "chain";
  // A value, or a side of an operator.
  const isOperand =
    /(?:[=+\-*/%&|<?!]|(?<!\.\.\.)>|\breturn)$/.test(ahead) ||
    /^(?:[+\-*/%&|>]|<(?!\.\.\.)|===?)/.test(behind);
  if (isOperand) return "chain";
  const bracket = brackets.at(-1);
  if (bracket === "(" || bracket === "[" || ahead.endsWith(",") || behind.startsWith(",")) return "element";
  return "statement";
}

function quoteAt(text: string, at: number, language: string): string | undefined {
  const char = text[at]!;
  if (char !== '"' && char !== "'" && char !== "`") return undefined;
  const triple = char.repeat(3);
  if (language === "python" && text.startsWith(triple, at)) return triple;
  // A lifetime is no string.
  if (char === "'" && language === "rust" && text[at + 2] !== "'") return undefined;
  return text.indexOf(char, at + 1) < 0 ? undefined : char;
}

function closing(text: string, from: number, quote: string): number {
  let at = from;
  while (at < text.length && !text.startsWith(quote, at)) at += text[at] === "\\" ? 2 : 1;
  return Math.min(at, text.length);
}

/** What a name stands for in the text that is given to the grammar. */
const PLACEHOLDER = /^caelum([a-z]+)z(\d+)z$/i;
export const PLACEHOLDERS = /caelum[a-z]+z\d+z/gi;

/** The part that a name stands for. */
export function partOf(name: string, parts: readonly Part[]): Part | undefined {
  const found = PLACEHOLDER.exec(name);
  return found === null ? undefined : parts[Number(found[2])];
}

/** How each part of a pattern is written, by number. */
export type SpellingChoice = readonly string[];

/** More ways than these are not tried. */
const MOST_CHOICES = 200;

/** Ways to write the parts: all of a kind alike, or in every mixture. */
export function* spellings(
  { pieces }: PatternText,
  spelling: Spelling,
  mixed: boolean,
): Generator<SpellingChoice> {
  const forms = pieces
    .filter((piece) => typeof piece !== "string")
    .map(({ part, place }): readonly string[] => {
      if (place === "chain") return ["@"];
      if (part.type === "ellipsis" && place === "statement") return spelling.statements;
      return part.type === "ellipsis" || part.type === "arguments"
        ? spelling.elements
        : spelling.metavariables;
    });
  const most = Math.max(1, ...forms.map(({ length }) => length));
  if (!mixed) {
    for (let index = 0; index < most; index++)
      yield forms.map((all) => all[Math.min(index, all.length - 1)]!);
    return;
  }
  const indexes = forms.map(() => 0);
  for (let count = 0; count < MOST_CHOICES; count++) {
    let at = 0;
    while (at < forms.length && ++indexes[at]! >= forms[at]!.length) indexes[at++] = 0;
    if (at === forms.length) return;
    yield forms.map((all, part) => all[indexes[part]!]!);
  }
}

/** The text that is given to the grammar. */
export function spell({ pieces }: PatternText, choice: SpellingChoice, capitalised: boolean): string {
  let index = 0;
  return (
    pieces
      .map((piece) => {
        if (typeof piece === "string") return piece;
        const form = choice[index]!;
        const stem = `caelum${piece.part.type}z${index++}z`;
        return form.replaceAll("@", capitalised && !piece.capital ? stem : stem.toUpperCase());
      })
      .join("")
      // `return ...;` has its semicolon already.
      .replace(/(caelumellipsisz\d+z);(?=\s*;)/gi, "$1")
      .trim()
  );
}
