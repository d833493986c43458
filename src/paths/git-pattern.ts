/**
 * One pattern of `.gitignore`, `.caelumignore` or `.gitattributes`, as git's `wildmatch` reads it: `*` and `?`
 * stop at `/`, `**` crosses it where it is a whole component, no braces and no extended globs (which rules out the
 * usual glob libraries). The `ignore` package knows the syntax but answers for a path together with its parents,
 * so a nested file that takes a folder back (`!build/`) cannot be told apart.
 */
export interface GitPattern {
  /** Matches folders only (`build/`). */
  folderOnly: boolean;
  /** Matches the last component alone; otherwise the whole path from the pattern's own folder. */
  nameOnly: boolean;
  /** A name or path without wildcards. */
  literal?: string;
  /** `.log` for `*.log`. */
  suffix?: string;
  regexp: { test: (subject: string) => boolean };
}

/** Undefined for a pattern that git takes for invalid (an open bracket, a lone backslash): it matches nothing. */
export function gitPattern(text: string): GitPattern | undefined {
  const folderOnly = text.length > 1 && text.endsWith("/");
  const body = folderOnly ? text.slice(0, -1) : text;
  const nameOnly = !body.includes("/");
  const anchored = body.startsWith("/") ? body.slice(1) : body;
  const source = translate(anchored);
  if (source === undefined || anchored === "") return undefined;
  const pattern: GitPattern = { folderOnly, nameOnly, regexp: new RegExp(`^${source}$`, "su") };
  if (!/[*?[\\]/.test(anchored)) pattern.literal = anchored;
  else if (nameOnly && /^\*[^*?[\\]+$/.test(anchored)) pattern.suffix = anchored.slice(1);
  return pattern;
}

export function matchesPattern(pattern: GitPattern, path: string, name: string, isFolder: boolean): boolean {
  if (pattern.folderOnly && !isFolder) return false;
  const subject = pattern.nameOnly ? name : path;
  if (pattern.literal !== undefined) return subject === pattern.literal;
  if (pattern.suffix !== undefined) return subject.endsWith(pattern.suffix);
  return pattern.regexp.test(subject);
}

/** One character, of two code units where it needs them. */
const characterAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 0);

const quote = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);

function translate(glob: string): string | undefined {
  let source = "";
  // Git compares what stands before the first wildcard by itself, and takes `**` right behind it for a component.
  const literal = glob.search(/[*?[\\]/);
  for (let at = 0; at < glob.length;) {
    const rest = glob.slice(at);
    const stars = /^\*+/.exec(rest)?.[0].length ?? 0;
    if (stars > 0) {
      const before = at === literal || glob[at - 1] === "/";
      const after = glob[at + stars];
      if (stars > 1 && before && after === "/") {
        source += "(?:.*/)?";
        at += stars + 1;
      } else if (stars > 1 && before && after === undefined) {
        source += ".*";
        at += stars;
      } else {
        source += "[^/]*";
        at += stars;
      }
    } else if (rest[0] === "?") {
      source += "[^/]";
      at++;
    } else if (rest[0] === "[") {
      const set = bracket(rest);
      if (set === undefined) return undefined;
      source += set.source;
      at += set.length;
    } else if (rest[0] === "\\") {
      if (rest.length === 1) return undefined;
      const escaped = characterAt(rest, 1);
      source += quote(escaped);
      at += 1 + escaped.length;
    } else {
      const character = characterAt(rest, 0);
      source += quote(character);
      at += character.length;
    }
  }
  return source;
}

const classes: Readonly<Record<string, string>> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  blank: String.raw` \t`,
  cntrl: String.raw`\x00-\x1f\x7f`,
  digit: "0-9",
  graph: String.raw`\x21-\x7e`,
  lower: "a-z",
  print: String.raw`\x20-\x7e`,
  punct: String.raw`\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e`,
  space: String.raw`\s`,
  upper: "A-Z",
  xdigit: "0-9A-Fa-f",
};

/** A bracket expression at the start of `text`: `[!a-z]`, `[[:digit:]_]`. Never matches `/`. */
function bracket(text: string): { source: string; length: number } | undefined {
  let at = 1;
  const negated = text[at] === "!" || text[at] === "^";
  if (negated) at++;
  let members = "";
  for (let first = true; ; first = false) {
    const character = text[at];
    if (character === undefined) return undefined;
    if (character === "]" && !first) break;
    const named = /^\[:([a-z]+):\]/.exec(text.slice(at));
    if (named) {
      const set = classes[named[1] ?? ""];
      if (set === undefined) return undefined;
      members += set;
      at += named[0].length;
      continue;
    }
    const low = member(text, at);
    if (low === undefined) return undefined;
    at = low.next;
    if (text[at] === "-" && text[at + 1] !== "]" && text[at + 1] !== undefined) {
      const high = member(text, at + 1);
      if (high === undefined) return undefined;
      // A range that runs backwards matches nothing in git and is an error in JavaScript.
      if (low.code <= high.code) members += `${inSet(low.code)}-${inSet(high.code)}`;
      at = high.next;
    } else {
      members += inSet(low.code);
    }
  }
  const source = negated ? `(?!/)[^${members}]` : members === "" ? "(?!)" : `(?!/)[${members}]`;
  return { source, length: at + 1 };
}

function member(text: string, at: number): { code: number; next: number } | undefined {
  const start = text[at] === "\\" ? at + 1 : at;
  const code = text.codePointAt(start);
  return code === undefined ? undefined : { code, next: start + (code > 0xffff ? 2 : 1) };
}

const inSet = (code: number): string => `\\u{${code.toString(16)}}`;
