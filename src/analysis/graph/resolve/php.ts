import { addTo, type ProjectIndex } from "../project.ts";
import type { Outcome, Resolve } from "../types.ts";
import { nearest, nearestOne, withSuffix } from "./nearest.ts";
import { external, found, foundAll, nothing, unresolved } from "./outcome.ts";
import { foldersUp, inside, joinPath } from "./paths.ts";
import { autoloadRules } from "./php/autoload.ts";

/**
 * PHP: `use` leads to the file that declares the class, found by namespace and type, else by `composer.json`'s
 * PSR-4 and PSR-0 rules; `require` and `include` to a path, as far as it is literal (`__DIR__ . '/x.php'`).
 */
export function php(project: ProjectIndex): Resolve {
  const rules = autoloadRules(project);
  const types = new Map<string, number[]>();
  const namespaces = new Map<string, number[]>();
  project.files.forEach((file, number) => {
    const names = file.modules.length === 0 ? [""] : [...new Set(file.modules.map(lower))];
    for (const name of names) {
      if (name !== "") addTo(namespaces, name, number);
      for (const type of file.types)
        addTo(types, name === "" ? lower(type) : `${name}\\${lower(type)}`, number);
    }
  });

  return (from, imported) => {
    const { raw, form } = imported;
    if (/^(require|include)(_once)?$/.test(form ?? "") || /\.(php|inc)\b|__DIR__|__FILE__/.test(raw))
      return file(from, raw);
    const names = expand(raw, imported.members ?? []);
    const isType = form !== "function" && form !== "const";
    const outcomes = names.map((name) => (isType ? named(from, name) : loose(from, name)));
    const targets = outcomes.flatMap((one) => (one.kind === "resolved" ? one.targets : []));
    return foundAll(targets) ?? outcomes.find((one) => one.kind === "resolved") ?? outcomes[0] ?? unresolved;
  };

  /** Names of classes and namespaces do not care about case. */
  function named(from: number, name: string): Outcome {
    const key = lower(name);
    const declared = types.get(key);
    if (declared !== undefined) {
      if (declared.includes(from)) return nothing;
      const near = nearest(project, declared, project.folder(from));
      return foundAll([
        project.group("alternatives", `alternatives:${inside(near.folder, name)}`, near.files),
      ])!;
    }
    const members = namespaces.get(key);
    if (members !== undefined) {
      return members.includes(from)
        ? nothing
        : foundAll([project.group("namespace", `namespace:${name}`, members)])!;
    }
    for (const path of rules.candidates(name)) {
      const hit = found(project.number(path));
      if (hit !== undefined) return hit;
    }
    return namespaces.has(outer(key)) || rules.covers(name) ? unresolved : external(packageOf(name));
  }

  /** `use function A\b`: functions and constants stand in files of the namespace that declare no type, by custom. */
  function loose(from: number, name: string): Outcome {
    const members = namespaces.get(outer(lower(name)));
    if (members === undefined) return external(packageOf(name));
    if (members.includes(from)) return nothing;
    const plain = members.filter((member) => project.files[member]!.types.length === 0);
    const home = outer(name);
    if (plain.length === 0) return foundAll([project.group("namespace", `namespace:${home}`, members)])!;
    return foundAll([project.group("namespace", `namespace:${home}#functions`, plain)])!;
  }

  function file(from: number, raw: string): Outcome {
    const folder = project.folder(from);
    const { path, anchored } = literalPath(raw);
    if (path === undefined) return unresolved;
    if (!anchored && path.startsWith("/")) return external(path);
    const bare = path.replace(/^\/+/, "");
    const beside = joinPath(folder, bare);
    const hit = beside === undefined ? undefined : found(project.number(beside));
    if (hit !== undefined || anchored)
      return hit ?? (/(^|\/)vendor\//.test(bare) ? external("vendor") : unresolved);
    for (const up of foldersUp(folder)) {
      const there = joinPath(up, bare);
      const hit = there === undefined ? undefined : found(project.number(there));
      if (hit !== undefined) return hit;
    }
    const rest = bare.replace(/^(\.{1,2}\/)+/, "");
    // An include path nobody wrote down; a bare name like `config.php` would be a guess.
    const hits = rest.includes("/") ? withSuffix(project, rest) : [];
    return (
      found(nearestOne(project, hits, folder)) ??
      (/(^|\/)vendor\//.test(bare) ? external("vendor") : unresolved)
    );
  }
}

function outer(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("\\")));
}

/** Vendor and package, as PSR-4 asks for. */
function packageOf(name: string): string {
  return name.split("\\").slice(0, 2).join("\\");
}

function lower(name: string): string {
  return name.toLowerCase();
}

/** `A\{B, C as D}` and `use A\B` with members. */
function expand(raw: string, members: readonly string[]): string[] {
  const [, before, list] = /^([^{]*)\{([^}]*)\}?/.exec(raw) ?? [];
  const names = list === undefined ? [...members] : list.split(",");
  const base = clean(before ?? raw);
  const full = names.map(clean).filter((name) => name !== "");
  return full.length === 0 ? [base] : full.map((name) => (base === "" ? name : `${base}\\${name}`));
}

function clean(name: string): string {
  return name
    .replace(/^\s*(use\s+)?((function|const)\s+)?/, "")
    .replace(/\s+as\s+\w+\s*$/i, "")
    .replace(/[\s;]+/g, "")
    .replace(/^\\+|\\+$/g, "");
}

/** The path in `__DIR__ . '/a/b.php'`, `dirname(__FILE__, 2) . "/b.php"` or a plain string; `anchored` to the file. */
function literalPath(raw: string): { path?: string; anchored: boolean } {
  const bare = raw
    .trim()
    .replace(/^(require|include)(_once)?\b/, "")
    .trim()
    .replace(/^\(([\s\S]*)\)$/, "$1")
    .trim();
  // A plain string comes without its quotes.
  if (/^[\w./@+-]+$/.test(bare) && /\/|\.\w+$/.test(bare) && !bare.includes("__"))
    return { path: bare, anchored: false };
  const parts = bare.split(/\s*\.\s*(?=["'$_A-Za-z\\])(?=(?:[^"']|"[^"]*"|'[^']*')*$)/);
  let path = "";
  let anchored = false;
  for (const [at, part] of parts.entries()) {
    const up = at === 0 ? levelsUp(part) : undefined;
    if (up !== undefined) {
      anchored = true;
      path = "../".repeat(up);
      continue;
    }
    const text = /^(["'])([^"'$]*)\1$/.exec(part)?.[2];
    if (text !== undefined) path += path.endsWith("/") ? text.replace(/^\//, "") : text;
    // Constants in front (`ABSPATH . WPINC . '/x.php'`) are some folder: the rest may still be told.
    else if (path !== "" || anchored || at === parts.length - 1) return { anchored };
  }
  if (!anchored && parts.length > 1) path = path.replace(/^\/+/, "");
  return path === "" ? { anchored } : { path, anchored };
}

/** Folders above the file's own that `__DIR__`, `dirname(__DIR__)`, `dirname(__FILE__, 2)` mean. */
function levelsUp(expression: string): number | undefined {
  const inner = /^\\?dirname\(([\s\S]*?)(?:,\s*(\d+)\s*)?\)$/i.exec(expression.trim());
  if (inner === null) {
    const name = expression.trim().toUpperCase();
    return name === "__DIR__" ? 0 : name === "__FILE__" ? -1 : undefined;
  }
  const below = levelsUp(inner[1]!);
  return below === undefined ? undefined : below + Number(inner[2] ?? 1);
}
