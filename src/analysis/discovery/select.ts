import type { AttributeOverrides, LeftOutReason, ListOptions, SkippedFile } from "./types.ts";
import { globMatcher } from "./globs.ts";
import { isVendoredFolder, reasonByName } from "./known-names.ts";
import type { LanguageTable } from "./language-table.ts";
import { parentOf, type RelativePath } from "#paths";
import type { ProjectRules } from "./project-rules.ts";

/** A file that its path does not rule out. */
export interface Selected {
  path: RelativePath;
  language: string | undefined;
  override: AttributeOverrides | undefined;
  leftOut?: LeftOutReason;
}

export interface Selection {
  selected: Selected[];
  skipped: SkippedFile[];
  /** Those of the skipped files that may be text. */
  searchable: Selected[];
}

/** Everything that can be said about files without touching them. What ignore rules and globs drop is not counted. */
export function selectByPath(
  paths: readonly RelativePath[],
  rules: ProjectRules,
  table: LanguageTable,
  options: Pick<ListOptions, "include" | "exclude" | "only">,
): Selection {
  const isIncluded = globMatcher(options.include);
  const isExcluded = globMatcher(options.exclude);
  const packages = new Set<string>();
  for (const { shown } of paths) if (nameOf(shown) === "package.json") packages.add(parentOf(shown));

  const kept: Selected[] = [];
  for (const path of paths) {
    const { shown } = path;
    if (rules.ignoresFile(shown) || isExcluded?.(shown) || (isIncluded && !isIncluded(shown))) continue;
    const override = rules.attributes.of(shown);
    const told = override?.language === undefined ? undefined : table.byLinguistName(override.language);
    kept.push({ path, override, language: told ?? table.byName(nameOf(shown)) });
  }
  settleHeaders(kept);

  const skipped = new SkippedFolders();
  const searchable: Selected[] = [];
  const selected = kept.filter((file) => {
    if (!isWanted(file.language, table, options.only)) return false;
    const reason = skipped.take(file, packages);
    if (reason === undefined) return true;
    if (reason !== "binary" && reasonByName(nameOf(file.path.shown)) !== "binary")
      searchable.push({ ...file, leftOut: reason });
    return false;
  });
  return { selected, skipped: skipped.list(), searchable };
}

/**
 * `.h` belongs to C and C++ alike. It is C++ in a project with more C++ than C sources among the files listed,
 * else C; `linguist-language` decides for single files or folders.
 */
function settleHeaders(files: readonly Selected[]): void {
  let balance = 0;
  const headers: Selected[] = [];
  for (const file of files) {
    if (file.language !== "c" && file.language !== "cpp") continue;
    if (file.override?.language === undefined && file.path.shown.endsWith(".h")) headers.push(file);
    else balance += file.language === "cpp" ? 1 : -1;
  }
  for (const header of headers) header.language = balance > 0 ? "cpp" : "c";
}

/** A language that only the content can tell may still turn out to be a wanted one. */
function isWanted(
  id: string | undefined,
  table: LanguageTable,
  only: readonly string[] | undefined,
): boolean {
  if (only === undefined) return true;
  return id === undefined ? only.some((each) => table.hasInterpreter(each)) : only.includes(id);
}

/** What a path alone can say. */
type PathReason = Exclude<LeftOutReason, "too-large"> | "binary";

/** Gathers what is left out; vendored and built folders become one entry each. */
class SkippedFolders {
  readonly #files: SkippedFile[] = [];
  readonly #folders = new Map<string, SkippedFile & { files: number }>();

  /** Why the file is left out, if it is. */
  take({ path: { shown }, override }: Selected, packages: ReadonlySet<string>): PathReason | undefined {
    if (override?.vendored !== false) {
      if (override?.vendored)
        return this.#add({ path: shown, reason: "vendored", detail: "linguist-vendored" });
      const folder = outermost(shown, (name) => isVendoredFolder(name));
      if (folder !== undefined) return this.#count(folder, { reason: "vendored" });
    }
    if (override?.documentation) {
      return this.#add({ path: shown, reason: "documentation", detail: "linguist-documentation" });
    }
    if (override?.generated)
      return this.#add({ path: shown, reason: "generated", detail: "linguist-generated" });
    const reason = reasonByName(nameOf(shown));
    if (reason === "binary") return this.#add({ path: shown, reason });
    if (override?.generated === false) return undefined;
    if (reason !== undefined) return this.#add({ path: shown, reason });
    const built = outermost(shown, (name, parent) => name === "dist" && packages.has(parent));
    return built === undefined
      ? undefined
      : this.#count(built, { reason: "generated", detail: "dist beside package.json" });
  }

  list(): SkippedFile[] {
    return [...this.#files, ...this.#folders.values()];
  }

  #add(file: SkippedFile & { reason: PathReason }): PathReason {
    this.#files.push(file);
    return file.reason;
  }

  #count(folder: string, why: { reason: PathReason; detail?: string }): PathReason {
    const known = this.#folders.get(folder);
    if (known) known.files++;
    else this.#folders.set(folder, { path: `${folder}/`, ...why, files: 1 });
    return why.reason;
  }
}

/** The first folder on the way down to the file that `is` accepts, with its path. */
function outermost(path: string, is: (name: string, parent: string) => boolean): string | undefined {
  for (let from = 0; ;) {
    const slash = path.indexOf("/", from);
    if (slash < 0) return undefined;
    if (is(path.slice(from, slash), path.slice(0, Math.max(0, from - 1)))) return path.slice(0, slash);
    from = slash + 1;
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
