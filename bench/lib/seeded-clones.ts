import type { CorpusFile } from "./corpus-files.ts";

/** Random numbers from a seed (mulberry32): the same copies in every run. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Seeded {
  kind: "exact" | "renamed";
  tokens: number;
  from: { path: string; line: number; endLine: number };
  to: { path: string; line: number; endLine: number };
}

/**
 * A lexer that has nothing in common with the one under test: words, numbers, strings, marks; `->` and `!=` are one, as in
 * the languages. `#` starts a comment only where a blank follows; `#include` does not.
 */
const words =
  /#\s[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|[\p{L}_$][\p{L}\p{N}_$]*|\d[\w.]*|->|=>|::|\.\.\.|[!=<>]==?|[-+*/%&|^]=|&&|\|\||\+\+|--|<<|[^\s\w]/u;
const lexer = new RegExp(`${/\/\/[^\n]*|\/\*[\s\S]*?\*\//.source}|${words.source}`, "gu");

function lex(text: string): string[] {
  return [...text.matchAll(lexer)].map(([token]) => token).filter((token) => !isComment(token));
}

function isComment(token: string): boolean {
  return /^(?:\/\/|\/\*|#\s)/.test(token);
}

/** Words that a copy keeps: of all languages, so that a few names are not renamed where they could be. */
const keywords = new Set(
  `abstract and as assert async await auto bool boolean break byte case catch chan char class const constexpr continue crate
  def default defer del delete do double elif else end enum except explicit export extends extern false final finally float
  fn for foreach from func function global go goto if impl implements import in include inline instanceof int interface is
  lambda let long loop map match mod module move mut mutable namespace new nil None nonlocal not null nullptr operator or
  override package pass private protected pub public raise range readonly ref register require return select self Self short
  signed sizeof static struct super switch template then this throw throws trait True False true try type typedef typename
  typeof union unless unsafe unsigned until use using var virtual void volatile when where while with yield string number
  any unknown never undefined get set of out params internal sealed base object decimal print echo array isset unset
  constructor satisfies synchronized keyof infer declare asserts symbol bigint i8 i16 i32 i64 u8 u16 u32 u64 usize isize str dyn box
  u_int size_t required optional field uint iota make len cap append copy panic recover error rune int8 int16 int32 int64
  uint8 uint16 uint32 uint64 float32 float64 uintptr complex64 complex128 NULL TRUE FALSE va_arg _Bool elseif endif endforeach isset list
  local fi done esac let where select orderby group into ascending descending`.split(/\s+/),
);

function renamed(text: string): string {
  return text.replace(lexer, (token, at: number) => {
    // `b"bytes"` and `L'a'`: part of the string that follows. `_` alone is no name everywhere.
    if (token === "_" || (/^[bBrRuUfFL]{1,2}$/.test(token) && /["']/.test(text[at + token.length] ?? "")))
      return token;
    if (/^[\p{L}_$]/u.test(token) && !keywords.has(token)) return `${token}Two`;
    if (/^[1-9]\d*$/.test(token)) return `${token}7`;
    return token;
  });
}

/** White space and comments differ in every copy. */
function restyled(lines: readonly string[]): string[] {
  return lines.map((line) => (line.endsWith(";") ? `${line}  ` : line));
}

/** Lines of a function, from 1. */
export interface Body {
  line: number;
  endLine: number;
}

/**
 * Puts copies of real code into real code: whole lines with balanced brackets out of one function, behind a line that
 * ends a statement of another. Neither is text: what stands in a comment, a docstring, a string over several lines (shaders, C in
 * Go's tests) or between PHP is no code, and what is put in there is none either.
 */
export function seedClones(
  files: (CorpusFile & { bodies: readonly Body[] })[],
  count: number,
  random: () => number,
): { texts: Map<string, string>; seeded: Seeded[] } {
  const fits = files.filter(({ bodies }) => bodies.length > 0);
  const taken = new Set<string>();
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const known = new Map<string, Uint8Array>();
  const textLinesOf = ({ path, text }: CorpusFile): Uint8Array => {
    let lines = known.get(path);
    if (lines === undefined) known.set(path, (lines = textLines(path, text)));
    return lines;
  };
  const seeded: Seeded[] = [];
  // One size after the other until a piece of it is found: else there would be more short ones, which are easier to find.
  let wanted = sizeOf(random);
  for (let tries = 0, left = 4000; seeded.length < count && tries < count * 4000; tries++) {
    if (left-- === 0) {
      left = 4000;
      wanted = sizeOf(random);
    }
    const source = fits[Math.floor(random() * fits.length)]!;
    const target = fits[Math.floor(random() * fits.length)]!;
    if (
      source === target ||
      source.language !== target.language ||
      taken.has(target.path) ||
      taken.has(source.path)
    )
      continue;
    const piece = pieceOf(source.text.split("\n"), pick(source.bodies, random), wanted, random);
    if (piece === undefined) continue;
    if (
      textLinesOf(source)
        .subarray(piece.first, piece.first + piece.lines.length)
        .includes(1)
    )
      continue;
    const lines = target.text.split("\n");
    const at = placeIn(lines, pick(target.bodies, random), source.language, piece.lines[0]!, random);
    if (at === undefined || textLinesOf(target)[at] === 1) continue;
    // Which words of a shell script are names cannot be told word by word.
    const kind = source.language === "bash" || random() < 0.5 ? "exact" : "renamed";
    wanted = sizeOf(random);
    left = 4000;
    const copy = kind === "exact" ? restyled(piece.lines) : renamed(piece.lines.join("\n")).split("\n");
    lines.splice(at, 0, ...copy);
    texts.set(target.path, lines.join("\n"));
    // Neither is touched again: the lines noted here stay true.
    taken.add(target.path).add(source.path);
    seeded.push({
      kind,
      tokens: piece.tokens,
      from: { path: source.path, line: piece.first + 1, endLine: piece.first + piece.lines.length },
      to: { path: target.path, line: at + 1, endLine: at + piece.lines.length },
    });
  }
  return { texts, seeded };
}

function sizeOf(random: () => number): number {
  return 50 + Math.floor(random() * 450);
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)]!;
}

interface Piece {
  first: number;
  lines: string[];
  tokens: number;
}

/** Whole statements: brackets balance, indentation never goes below that of the first line. */
function pieceOf(
  lines: readonly string[],
  body: Body,
  wanted: number,
  random: () => number,
): Piece | undefined {
  const first = body.line + Math.floor(random() * (body.endLine - body.line));
  const indent = indentOf(lines[first] ?? "");
  if (
    indent === undefined ||
    /^\s*(?:[})\]*#/]|else|case|elif|except|finally|catch|"""|''')/.test(lines[first]!)
  )
    return;
  let depth = 0;
  let tokens = 0;
  const kinds = new Set<string>();
  for (let at = first; at < body.endLine - 1; at++) {
    const line = lines[at]!;
    const own = indentOf(line);
    if (own !== undefined && own < indent) return undefined;
    if (/`|"""|'''|R"|\/\*|\*\/|<<|^\s*\*|<\?|\?>|\\$/.test(line)) return undefined;
    const words = lex(line);
    for (const word of words) {
      if (/^[([{]$/.test(word)) depth++;
      if (/^[)\]}]$/.test(word)) depth--;
      kinds.add(keywords.has(word) || /^[^\w"'$]/.test(word) ? word : /^\d|^["']/.test(word) ? "0" : "x");
    }
    tokens += words.length;
    if (depth < 0) return undefined;
    if (tokens > wanted + 40) return undefined;
    const next = indentOf(lines[at + 1] ?? "");
    const ends = depth === 0 && (/[;}]\s*$/.test(line) || !/[;{}]/.test(lines.slice(first, at + 1).join("")));
    if (tokens >= wanted && ends && (next === undefined || next <= indent)) {
      // Tables, lists and rows of the same call are not what people copy.
      if (kinds.size < 11) return undefined;
      return { first, lines: lines.slice(first, at + 1), tokens };
    }
  }
  return undefined;
}

function placeIn(
  lines: readonly string[],
  body: Body,
  language: string,
  firstLine: string,
  random: () => number,
): number | undefined {
  for (let tries = 0; tries < 40; tries++) {
    const at = body.line + 1 + Math.floor(random() * Math.max(1, body.endLine - body.line - 2));
    const before = lines[at - 1]!;
    if (language === "python" || language === "ruby" || language === "bash") {
      const next = indentOf(lines[at] ?? "");
      if (
        next === indentOf(firstLine) &&
        next !== undefined &&
        /^\s*(?:def|class|if|for|return)\b/.test(lines[at]!)
      )
        return at;
    } else if (
      /;\s*$/.test(before) &&
      /^\s*[\w}]/.test(lines[at] ?? "") &&
      !/^\s*(?:for|import|use|#)/.test(before)
    )
      return at;
  }
  return undefined;
}

function indentOf(line: string): number | undefined {
  return line.trim() === "" ? undefined : /^\s*/.exec(line)![0].replaceAll("\t", "        ").length;
}

export interface Token {
  /** Keywords and marks as they are, names and values blind. */
  text: string;
  line: number;
}

/** In these `//` divides and `/*` is a path. Scripts of a shell often have no ending. */
const hashComments = /\.(?:pyi?|rb|sh|bash)$|(?:^|\/)[^./]+$/;
/** Strings over several lines are one value as others are: of C++ and Rust, which close as they opened, and of Python. */
const longStrings = {
  raw: /\bR"([^()\\\s]*)\([\s\S]*?\)\1"|\bb?r(#+)"[\s\S]*?"\2/,
  tripled: /"""(?:[^\\]|\\[\s\S])*?"""|'''(?:[^\\]|\\[\s\S])*?'''/,
};

/** HTML between PHP, and PHP's strings over several lines. */
const betweenPhp = /\?>(?:(?!<\?(?:php|=))[\s\S])*|<<<\s*["']?(\w+)["']?\n[\s\S]*?\n\s*\1\b/;

function lexerOf(path: string): RegExp {
  if (path.endsWith(".php")) return new RegExp(`${betweenPhp.source}|${lexer.source}`, "gu");
  if (/\.pyi?$/.test(path)) return new RegExp(`${longStrings.tripled.source}|${words.source}`, "gu");
  if (hashComments.test(path)) return new RegExp(words.source, "gu");
  return new RegExp(`${longStrings.raw.source}|${lexer.source}`, "gu");
}

/** All of a file's tokens: what begins in the middle of a string cannot be told from a piece of it. */
export function blindTokens(path: string, text: string): Token[] {
  const tokens: Token[] = [];
  for (const { token, line } of lexedFile(path, text))
    if (!isComment(token)) tokens.push({ text: blind(token), line });
  return tokens;
}

/** A 1 for each line, from 0, that begins within a token: a comment, a string, HTML. */
function textLines(path: string, text: string): Uint8Array {
  const inside = new Uint8Array(text.split("\n").length);
  for (const { token, line } of lexedFile(path, text)) {
    const more = token.split("\n").length - 1;
    if (more > 0) inside.fill(1, line, line + more);
  }
  return inside;
}

/** Lines count from 1. */
function* lexedFile(path: string, text: string): Generator<{ token: string; line: number }> {
  // Elsewhere a backtick is no quote, or stands alone.
  const hasBackticks = /\.(?:[cm]?[jt]sx?|go)$/.test(path);
  let line = 1;
  let from = 0;
  const lexed = hasBackticks ? text : text.replaceAll("`", " ");
  for (const { 0: token, index } of lexed.matchAll(lexerOf(path))) {
    for (; from < index; from++) if (text[from] === "\n") line++;
    yield { token, line };
  }
}

/**
 * Length of the longest common subsequence over the mean length of two blind token sequences: 1 = equal. A copy that is
 * told by its lines may begin within its first and end within its last one: what has no partner there does not count.
 */
export function blindLikeness(a: readonly Token[], b: readonly Token[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      common[at] =
        a[i]!.text === b[j]!.text
          ? common[at + width + 1]! + 1
          : Math.max(common[at + width]!, common[at + 1]!);
    }
  }
  const partners: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i]!.text === b[j]!.text) partners.push([i++, j++]);
    else if (common[(i + 1) * width + j]! >= common[i * width + j + 1]!) i++;
    else j++;
  }
  if (partners.length === 0) return 0;
  const [firstA, firstB] = partners[0]!;
  const [lastA, lastB] = partners.at(-1)!;
  const counted = lengthOf(a, firstA, lastA) + lengthOf(b, firstB, lastB);
  return (2 * partners.length) / counted;
}

/** Tokens, without those of the first line before the first partner, and of the last line behind the last. */
function lengthOf(tokens: readonly Token[], first: number, last: number): number {
  const before = tokens.findIndex(({ line }, at) => at === first || line !== tokens[0]!.line);
  const behind = tokens.findLastIndex(({ line }, at) => at === last || line !== tokens.at(-1)!.line);
  return behind - before + 1;
}

function blind(token: string): string {
  if (/^(?:R"|b?r#+"|<<<)/.test(token)) return "0";
  if (/^[\p{L}_$]/u.test(token)) return keywords.has(token) ? token : "x";
  return /^[\d"'`]/.test(token) ? "0" : token;
}
