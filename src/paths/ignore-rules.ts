import { type GitPattern, gitPattern, matchesPattern } from "./git-pattern.ts";

interface Rule {
  pattern: GitPattern;
  negated: boolean;
}

/** The rules of one ignore file. Names without wildcards and `*.x` are looked up, the rest is tried one by one. */
interface RuleFile {
  rules: readonly Rule[];
  byName: ReadonlyMap<string, readonly number[]>;
  /** Indices of the rules that have to be tried, last first. */
  tried: readonly number[];
}

/**
 * Ignore files of a tree of folders, with git's precedence: in one file the last match wins, a deeper file
 * overrides one above, and nothing inside an ignored folder can be taken back.
 *
 * Files may be added while the tree is walked, each before anything in its folder is asked for.
 */
export class IgnoreRules {
  /** Folder (`""` = root, else `a/b`) → its files, later ones win. */
  readonly #files = new Map<string, RuleFile[]>();
  readonly #folders = new Map<string, boolean>([["", false]]);

  get isEmpty(): boolean {
    return this.#files.size === 0;
  }

  /** `above` is the path from the file's folder down to the root, for files that stand above the root. */
  add(folder: string, text: string, above = ""): void {
    const file = parse(text, above);
    if (file.rules.length === 0) return;
    const there = this.#files.get(folder);
    // Files above the root come first and share its place: the ones below override them.
    if (there) there.push(file);
    else this.#files.set(folder, [file]);
  }

  /** Whether a folder, or one above it, is ignored. */
  ignoresFolder(folder: string): boolean {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const ignored = this.ignoresFolder(parentOf(folder)) || this.#matches(folder, true);
    this.#folders.set(folder, ignored);
    return ignored;
  }

  ignoresFile(path: string): boolean {
    if (this.isEmpty) return false;
    return this.ignoresFolder(parentOf(path)) || this.#matches(path, false);
  }

  #matches(path: string, isFolder: boolean): boolean {
    const name = path.slice(path.lastIndexOf("/") + 1);
    for (let folder = parentOf(path); ; folder = parentOf(folder)) {
      const files = this.#files.get(folder);
      if (files) {
        const below = folder === "" ? path : path.slice(folder.length + 1);
        for (let i = files.length - 1; i >= 0; i--) {
          const verdict = lastMatch(files[i] as RuleFile, below, name, isFolder);
          if (verdict) return !verdict.negated;
        }
      }
      if (folder === "") return false;
    }
  }
}

export function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

function lastMatch(file: RuleFile, path: string, name: string, isFolder: boolean): Rule | undefined {
  let best = -1;
  for (const index of file.byName.get(name) ?? []) {
    const { pattern } = file.rules[index] as Rule;
    if (index > best && (isFolder || !pattern.folderOnly)) best = index;
  }
  for (const index of file.tried) {
    if (index <= best) break;
    if (matchesPattern((file.rules[index] as Rule).pattern, path, name, isFolder)) {
      best = index;
      break;
    }
  }
  return file.rules[best];
}

function parse(text: string, above: string): RuleFile {
  const rules: Rule[] = [];
  const byName = new Map<string, number[]>();
  const tried: number[] = [];
  for (const line of text.replace(/^\uFEFF/, "").split("\n")) {
    const rule = parseLine(line, above);
    if (!rule) continue;
    const { literal, nameOnly } = rule.pattern;
    if (nameOnly && literal !== undefined)
      byName.set(literal, [...(byName.get(literal) ?? []), rules.length]);
    else tried.unshift(rules.length);
    rules.push(rule);
  }
  return { rules, byName, tried };
}

function parseLine(line: string, above: string): Rule | undefined {
  // Trailing spaces count only when escaped; git takes a carriage return for a part of CRLF.
  const text = line.replace(/\r$/, "").replace(/((?:^|[^\\])(?:\\\\)*) +$/, "$1");
  if (text === "" || text.startsWith("#")) return undefined;
  const negated = text.startsWith("!");
  const pattern = gitPattern(negated ? text.slice(1) : text);
  if (!pattern) return undefined;
  if (above === "" || pattern.nameOnly) return { pattern, negated };
  return { pattern: reRooted(pattern, above), negated };
}

/** Lets a pattern of a folder above the root see the path that leads from there to here. */
function reRooted(pattern: GitPattern, above: string): GitPattern {
  const { literal: _, suffix: __, ...rest } = pattern;
  const regexp = { test: (path: string): boolean => pattern.regexp.test(`${above}/${path}`) };
  return { ...rest, regexp };
}
