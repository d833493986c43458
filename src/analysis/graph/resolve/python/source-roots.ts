import { addTo, type ProjectIndex } from "../../project.ts";
import { asTable, readTable } from "../manifest.ts";
import { folderOf, inside, isInside, joinPath } from "../paths.ts";

/** Where a top-level name may be imported from. */
export interface SourceRoots {
  /** Source roots that hold a module or package of this name, in the order to try them for a file in `from`. */
  rootsOf: (name: string, from: string) => readonly string[];
  /** Whether a main root holds the name. */
  isOwn: (name: string) => boolean;
}

/**
 * Folders that stand on Python's path. Main roots hold for the whole project: its root, folders with a
 * `pyproject.toml`, `setup.py` or `setup.cfg`, their `src` and the package folders they name. Every other folder
 * that holds top-level modules (a test folder, a folder of scripts) holds for the files inside it, as Python puts a
 * script's folder and pytest a test's folder on the path.
 */
export function sourceRoots(project: ProjectIndex): SourceRoots {
  const main = mainRoots(project);
  const holders = new Map<string, string[]>();
  const packages = new Set<string>();
  for (const file of project.files) {
    if (/(^|\/)__init__\.pyi?$/.test(file.path)) packages.add(folderOf(file.path));
  }
  const noted = new Set<string>();
  const note = (root: string, name: string): void => {
    const key = `${root}\0${name}`;
    if (noted.has(key)) return;
    noted.add(key);
    addTo(holders, name, root);
  };
  for (const file of project.files) {
    const module = /(?:^|\/)([^/]+)\.pyi?$/.exec(file.path)?.[1];
    if (module === undefined) continue;
    let folder = folderOf(file.path);
    let name = module;
    while (packages.has(folder) && folder !== "") {
      name = folder.slice(folder.lastIndexOf("/") + 1);
      folder = folderOf(folder);
    }
    if (name !== "__init__") note(folder, name);
    // A namespace package has no __init__.py: any folder below a main root may be one.
    for (let at = folder; at !== ""; at = folderOf(at)) {
      const above = folderOf(at);
      if (main.has(above)) note(above, at.slice(at.lastIndexOf("/") + 1));
    }
  }
  const known = new Map<string, readonly string[]>();
  const rank = (root: string, from: string): number => (isInside(from, root) ? 2 : main.has(root) ? 1 : 0);
  const ordered = (name: string, from: string): string[] =>
    (holders.get(name) ?? [])
      .map((root) => ({ root, rank: rank(root, from) }))
      .filter((one) => one.rank > 0)
      .sort((a, b) => b.rank - a.rank || (a.rank === 2 ? b.root.length - a.root.length : 0))
      .map((one) => one.root);
  return {
    rootsOf: (name, from) => {
      const key = `${from}\0${name}`;
      let roots = known.get(key);
      if (roots === undefined) known.set(key, (roots = ordered(name, from)));
      return roots;
    },
    isOwn: (name) => (holders.get(name) ?? []).some((root) => main.has(root)),
  };
}

function mainRoots(project: ProjectIndex): Set<string> {
  const roots = new Set<string>([""]);
  for (const name of ["pyproject.toml", "setup.py", "setup.cfg"]) {
    for (const number of project.named(name)) {
      const folder = project.folder(number);
      roots.add(folder);
      roots.add(inside(folder, "src"));
      for (const named of namedFolders(name, project.text(project.path(number)) ?? "")) {
        const root = joinPath(folder, named);
        if (root !== undefined) roots.add(root);
      }
    }
  }
  roots.add("src");
  roots.add("lib");
  return roots;
}

/** Package folders that a manifest names, relative to it. */
function namedFolders(manifest: string, text: string): string[] {
  if (manifest === "setup.cfg") {
    const block = /^package_dir\s*=(.*(?:\n[ \t]+.*)*)/m.exec(text)?.[1] ?? "";
    const where = /^where\s*=\s*(\S+)/m.exec(text)?.[1];
    const mapped = [...block.matchAll(/(?:^|\n)\s*=\s*(\S+)/g)].map((match) => match[1]!);
    return where === undefined ? mapped : [...mapped, where];
  }
  if (manifest === "setup.py") {
    return [...text.matchAll(/package_dir\s*=\s*\{\s*["']["']\s*:\s*["']([^"']+)["']/g)].map(
      (match) => match[1]!,
    );
  }
  const toml = readTable("toml", text);
  return [
    at(toml, "tool.setuptools.package-dir", ""),
    ...list(at(toml, "tool.setuptools.packages.find.where")),
    ...list(at(toml, "tool.poetry.packages")).map((one) => at(one, "from")),
    ...list(at(toml, "tool.hatch.build.targets.wheel.packages")).map((one) =>
      typeof one === "string" ? folderOf(one) : one,
    ),
    ...list(at(toml, "tool.hatch.build.targets.wheel.sources")),
    at(toml, "tool.pdm.package-dir"),
    at(toml, "tool.uv.build-backend.module-root"),
    at(toml, "tool.maturin.python-source"),
    ...list(at(toml, "tool.pytest.ini_options.pythonpath")),
  ].filter((one): one is string => typeof one === "string");
}

function at(value: unknown, path: string, last?: string): unknown {
  let here = value;
  for (const key of last === undefined ? path.split(".") : [...path.split("."), last])
    here = asTable(here)[key];
  return here;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value];
}
