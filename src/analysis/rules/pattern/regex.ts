import { setFlagsFromString } from "node:v8";

// An expression that backtracks too often is handed to V8's other engine, whose time is linear.
setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");

/** The expression says something that JavaScript has not, or may take time without end. */
export class RegexProblem extends Error {}

const FLAGS = /^\(\?([imsxu-]+)\)/;

/**
 * A PCRE-like expression as JavaScript's, in the flavour that Semgrep's rules are written in: multi-line, leading
 * `(?i)`, `\A`, `\Z`, `\h`, POSIX classes, possessive quantifiers and atomic groups excepted.
 * Throws a RegexProblem.
 */
export function compileRegex(pattern: string, flags = "m"): RegExp {
  let source = pattern.trim();
  let all = flags;
  for (let found = FLAGS.exec(source); found !== null; found = FLAGS.exec(source)) {
    if (found[1]!.includes("x")) source = withoutSpace(source.slice(found[0].length));
    else source = source.slice(found[0].length);
    for (const flag of found[1]!.replace(/[xu-]/g, "")) if (!all.includes(flag)) all += flag;
  }
  const unknown = /(?<!\\)(?:\(\?>|[*+?}]\+|\(\?R\)|\(\?&|\(\?\(|\\K|\\G)/.exec(source);
  if (unknown !== null) throw new RegexProblem(`${unknown[0]} is not supported in expressions`);
  source = source
    .replaceAll("\\A", "^")
    .replace(/\\[Zz]/g, "$")
    .replaceAll("\\h", "[ \\t]")
    .replaceAll("(?P<", "(?<")
    .replaceAll("(?P=", "\\k<")
    .replaceAll("[[:alnum:]]", "[A-Za-z0-9]")
    .replaceAll("[[:alpha:]]", "[A-Za-z]")
    .replaceAll("[[:digit:]]", "[0-9]")
    .replaceAll("[[:space:]]", "\\s");
  if (mayExplode(source)) throw new RegexProblem("nested repetition may take time without end");
  try {
    return new RegExp(source, all.includes("g") ? all : `g${all}`);
  } catch (error) {
    throw new RegexProblem(
      error instanceof Error ? error.message.replace(/^Invalid regular expression: /, "") : "",
    );
  }
}

/** The `x` flag: white space and comments are for people. */
function withoutSpace(source: string): string {
  return source.replace(/(?<!\\)#.*$/gm, "").replace(/(?<!\\)\s+/g, "");
}

/** What the engine with linear time has not. */
const NEEDS_BACKTRACKING = /\(\?(?:[=!]|<[=!])|\\[1-9]|\\k</;

/**
 * A group that is repeated without limit and holds something that is, `(a+)+`, beside something that only
 * backtracking can do: it may try every way to share the text between both.
 */
function mayExplode(source: string): boolean {
  if (!NEEDS_BACKTRACKING.test(source)) return false;
  const opens: number[] = [];
  let escaped = false;
  let inClass = false;
  for (let at = 0; at < source.length; at++) {
    const char = source[at]!;
    if (escaped) escaped = false;
    else if (char === "\\") escaped = true;
    else if (inClass) inClass = char !== "]";
    else if (char === "[") inClass = true;
    else if (char === "(") opens.push(at);
    else if (char === ")") {
      const inner = source.slice((opens.pop() ?? 0) + 1, at);
      const isRepeated = /^(?:[*+]|\{\d*,\})/.test(source.slice(at + 1));
      const plain = inner
        .replace(/^\?(?:[:!=]|<[!=]|<\w+>)/, "")
        .replace(/\\./g, "e")
        .replace(/\[[^\]]*\]/g, "c");
      if (isRepeated && /[*+]|\{\d*,\}/.test(plain)) return true;
    }
  }
  return false;
}
