import { asTexts, readTable } from "../graph/resolve/manifest.ts";
import { folderOf, isInside, joinPath } from "../graph/resolve/paths.ts";

const ENDING = /(?:\.d)?(?:\.min)?\.(?:[cm]?[jt]sx?|pyi?)$/;
/** Longer runs of such characters are no paths. */
const LONGEST = 300;
/** Where sources stand, and where builds put them: `dist/cli.js` means `src/cli.ts`. */
const LAYOUT = /^(?:src|source|lib|dist|build|out|output|esm|cjs|types)$/;

/**
 * Looks for files by what texts call them: paths from the text's folder or the root, with the layout of a build instead of
 * that of the sources, with `*`, and modules with dots.
 */
export class NamedFiles {
  /** Paths that nothing has named yet. */
  readonly left: Set<string>;
  readonly #exact = new Map<string, string[]>();
  readonly #endings = new Map<string, string[]>();

  constructor(paths: readonly string[]) {
    this.left = new Set(paths);
    for (const path of paths) {
      const name = plain(path);
      add(this.#exact, name, path);
      const segments = name.split("/");
      for (let from = 0; from < segments.length; from++)
        add(this.#endings, segments.slice(from).join("/"), path);
    }
  }

  /** All that looks like a name in a text: anything of it, or only what stands in quotes, but for some of that. */
  read(
    text: string,
    from: string,
    { quoted, except }: { quoted: boolean; except?: ReadonlySet<string> },
  ): void {
    const pieces = quoted
      ? Array.from(text.matchAll(/(["'`])((?:(?!\1)[^\\\n]){2,200})\1/g), (match) => match[2]!)
      : [text];
    for (const piece of pieces) {
      if (except?.has(piece) === true) continue;
      for (const [token] of piece.matchAll(/[\w.@*/-]+/g))
        if (token.length <= LONGEST) this.#name(token.replace(/[./-]{1,3}$/, ""), from);
    }
  }

  /** An import that led nowhere in the project may have meant any file whose path ends like it. */
  imported(raw: string, members: readonly string[]): void {
    const bare = plain(raw.replace(/^[.~@#$/]+/, ""));
    const dotted = raw.replace(/^\.+/, "").replaceAll(".", "/");
    const isAlias = /^[.~@#$/]/.test(raw);
    for (const name of [bare, dotted, ...members.map((member) => `${dotted}/${member}`)]) {
      if (isAlias || name.includes("/")) this.#endsWith(name);
      if (isAlias && name.includes("/")) this.#endsWith(name.slice(name.indexOf("/") + 1));
    }
  }

  /**
   * `./plugins/*` in the `exports` of a manifest: all that it fits may be imported by others. `./*` is all that is published, which
   * `files` says.
   */
  exported(manifest: string, from: string): void {
    const { exports, files } = readTable("json", manifest);
    const home = folderOf(from);
    const published = asTexts(files).flatMap((one) => joinPath(home, one.replace(/\/\*.*$/, "")) ?? []);
    for (const [, target] of (JSON.stringify(exports) ?? "").matchAll(/"(\.\/[^"]*\*[^"]*)"/g)) {
      const path = joinPath(home, target!);
      if (path === undefined) continue;
      const parts = plain(path).split(/\*+/);
      const pattern = new RegExp(`^${parts.map((part) => part.replaceAll(/[^\w/]/g, "\\$&")).join(".*")}$`);
      const isAll = target === "./*" && published.length > 0;
      for (const one of this.left)
        if (pattern.test(plain(one)) && (!isAll || published.some((folder) => isInside(one, folder))))
          this.left.delete(one);
    }
  }

  #name(token: string, from: string): void {
    if (token.includes("*")) return;
    if (ENDING.test(token)) this.#endsWith(plain(token.replace(/^(?:\.*\/)+/, "")), from);
    this.#at(token, from);
    if (token.includes(".") && !token.includes("/")) {
      const path = token.replaceAll(".", "/");
      for (const one of [path, folderOf(path)])
        if (one.includes("/") || one === path) {
          this.#at(one, from);
          if (one.includes("/")) this.#endsWith(plain(one), from);
        }
    }
  }

  #at(token: string, from: string): void {
    const relative = token.replace(/^\/+/, "");
    for (const folder of new Set([folderOf(from), ""])) {
      const path = joinPath(folder, relative);
      if (path !== undefined && path !== "") this.#take(this.#exact.get(plain(path)), from);
    }
  }

  #endsWith(name: string, except?: string): void {
    if (name !== "") this.#take(this.#endings.get(name), except);
  }

  #take(paths: readonly string[] | undefined, except?: string): void {
    for (const path of paths ?? []) if (path !== except) this.left.delete(path);
  }
}

/** Path without its ending, the layout of sources and builds, and `/index`. */
function plain(path: string): string {
  const segments = path.replace(ENDING, "").split("/");
  if (segments.length > 1 && /^(?:index|__init__)$/.test(segments.at(-1)!)) segments.pop();
  const rest = segments.filter((segment, at) => at === segments.length - 1 || !LAYOUT.test(segment));
  return rest.join("/");
}

function add(lists: Map<string, string[]>, key: string, path: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [path]);
  else list.push(path);
}
