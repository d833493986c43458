import { type GitPattern, gitPattern, matchesPattern } from "#paths";
import type { AttributeOverrides } from "./types.ts";

type Setting = { [K in keyof AttributeOverrides]: AttributeOverrides[K] | undefined };

interface AttributeRule {
  pattern: GitPattern;
  above: string;
  setting: Setting;
}

/**
 * `linguist-*` attributes of the `.gitattributes` files in a tree, nested ones overriding those above. Only these
 * files are read, not `.git/info/attributes` or the user's own: the report must not depend on the machine.
 */
export class Attributes {
  readonly #rules = new Map<string, AttributeRule[]>();
  #unvendors = false;

  /** Some rule says that a file is not vendored, so a vendored folder has to be looked into. */
  get unvendors(): boolean {
    return this.#unvendors;
  }

  /** `above` is the path from the file's folder down to the root, for files that stand above the root. */
  add(folder: string, text: string, above = ""): void {
    if (!text.includes("linguist-")) return;
    for (const line of text.split("\n")) {
      const rule = parseLine(line);
      if (!rule) continue;
      if (rule.setting.vendored === false) this.#unvendors = true;
      const there = this.#rules.get(folder) ?? [];
      there.push({ ...rule, above });
      this.#rules.set(folder, there);
    }
  }

  of(path: string): AttributeOverrides | undefined {
    if (this.#rules.size === 0) return undefined;
    const name = path.slice(path.lastIndexOf("/") + 1);
    const merged: Setting = {};
    let any = false;
    for (let slash: number | undefined = -1; slash !== undefined; slash = nextSlash(path, slash)) {
      const folder = slash < 0 ? "" : path.slice(0, slash);
      for (const { pattern, above, setting } of this.#rules.get(folder) ?? []) {
        const below = above === "" ? path.slice(slash + 1) : `${above}/${path}`;
        if (!matchesPattern(pattern, below, name, false)) continue;
        Object.assign(merged, setting);
        any = true;
      }
    }
    return any ? withoutUndefined(merged) : undefined;
  }
}

function nextSlash(path: string, from: number): number | undefined {
  const slash = path.indexOf("/", from + 1);
  return slash < 0 ? undefined : slash;
}

function withoutUndefined(setting: Setting): AttributeOverrides | undefined {
  const kept = Object.entries(setting).filter(([, value]) => value !== undefined);
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as AttributeOverrides);
}

function parseLine(line: string): Omit<AttributeRule, "above"> | undefined {
  const text = line.trim();
  // `[attr]` lines define macros, which linguist's attributes are not used with.
  if (text === "" || text.startsWith("#") || text.startsWith("[attr]")) return undefined;
  const [, quoted, plain, rest = ""] = /^(?:"((?:[^"\\]|\\.)*)"|(\S+))\s*(.*)$/.exec(text) ?? [];
  const glob = quoted === undefined ? plain : quoted.replace(/\\(["\\])/g, "$1");
  const setting: Setting = {};
  for (const word of rest.split(/\s+/)) apply(setting, word);
  if (glob === undefined || Object.keys(setting).length === 0) return undefined;
  const pattern = gitPattern(glob);
  return pattern && { pattern, setting };
}

/** `linguist-vendored`, `-linguist-vendored`, `linguist-vendored=false`, `!linguist-vendored`. */
function apply(setting: Setting, word: string): void {
  const [, sign, key, value] =
    /^([-!]?)linguist-(vendored|generated|documentation|language)(?:=(.*))?$/.exec(word) ?? [];
  if (key === undefined) return;
  if (key === "language") {
    setting.language = sign === "" && value ? value : undefined;
  } else {
    const flag = key as "vendored" | "generated" | "documentation";
    setting[flag] = sign === "!" ? undefined : sign === "" && value !== "false";
  }
}
