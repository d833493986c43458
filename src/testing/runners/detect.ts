import { readFileSync } from "node:fs";
import path from "node:path";
import picomatch from "picomatch";
import { parse as parseYaml } from "yaml";
import { generic } from "./generic/index.ts";
import { runners } from "./registry.ts";
import type { DetectedProject, ProjectFolder, Runner } from "./runner.ts";

/** A synced tree on a host. */
export interface TestTree {
  /** Absolute. */
  folder: string;
  /** All files of the tree, relative, with `/`. */
  files: readonly string[];
  /** The configuration describes a runner: it tests the root, beside whatever is found. */
  generic?: boolean;
}

export interface FoundProject {
  runner: Runner;
  folder: ProjectFolder;
  detected: DetectedProject;
}

/** A file that may make its folder a project. */
const makesProject =
  /^(?:package\.json|pyproject\.toml|setup\.(?:cfg|py)|pytest\.ini|tox\.ini|go\.mod|Cargo\.toml|pom\.xml|(?:build|settings)\.gradle(?:\.kts)?|composer\.json|phpunit\.xml(?:\.dist)?|Gemfile|\.rspec|(?:vitest|jest|playwright)\.config\.[cm]?[jt]s|\.mocharc\.\w+|.*\.(?:cs|fs|vb)proj)$/;

/** Folders whose projects are somebody else's, or material of tests. */
const noProjects =
  /(?:^|\/)(?:node_modules|bower_components|vendor|target|dist|build|\.git|\.venv|venv|site-packages|(?:[\w.-]*[-_.])?fixtures?|__fixtures__|testdata|test[-_]data|examples?|templates?|playgrounds?)(?:\/|$)/;

/**
 * All projects of a tree and the runners that test them, outer before inner. Where a runner at an outer folder runs what
 * lies in an inner one, only the outer is in the result, so that no test runs twice.
 */
export function detectAll(tree: TestTree, known: readonly Runner[] = runners): FoundProject[] {
  const folders = projectFolders(tree);
  const found: FoundProject[] = [];
  for (const runner of known) {
    const own = folders.flatMap((folder) => {
      const detected = runner.detect(folder);
      return detected === undefined ? [] : [{ runner, folder, detected }];
    });
    found.push(...withoutCovered(runner, own));
  }
  const [root] = folders;
  if (tree.generic === true && root !== undefined) {
    const detected = {
      runner: generic.name,
      project: "",
      because: "test.generic in the configuration",
      tools: [],
    };
    found.push({ runner: generic, folder: root, detected });
  }
  return found.sort((a, b) => (a.folder.path < b.folder.path ? -1 : a.folder.path > b.folder.path ? 1 : 0));
}

function withoutCovered(runner: Runner, found: readonly FoundProject[]): FoundProject[] {
  if (runner.covers === undefined) return [...found];
  const dropped = new Set<FoundProject>();
  for (const outer of found) {
    const inner = found.filter((other) => other !== outer && isBelow(other.folder.path, outer.folder.path));
    for (const other of inner) {
      if (dropped.has(outer)) break;
      if (runner.covers(outer.folder, other.folder)) dropped.add(other);
      else if (runner.alone?.(outer.folder) === false) dropped.add(outer);
    }
  }
  return found.filter((project) => !dropped.has(project));
}

function isBelow(inner: string, outer: string): boolean {
  return inner !== outer && (outer === "" || inner.startsWith(`${outer}/`));
}

/** The tree's own folder, and all below that may be projects of their own. */
function projectFolders(tree: TestTree): ProjectFolder[] {
  const files = tree.files.toSorted();
  const names = new Set([""]);
  for (const file of files) {
    const folder = path.posix.dirname(file);
    if (folder === "." || !makesProject.test(path.posix.basename(file)) || noProjects.test(folder)) continue;
    names.add(folder);
  }
  const isMember = workspaceMembers(tree, new Set(files));
  return [...names]
    .filter((name) => name === "" || isMember(name))
    .sort()
    .map((name) => projectFolder(tree, files, name));
}

export function projectFolder(tree: TestTree, sorted: readonly string[], name: string): ProjectFolder {
  const folder = name === "" ? tree.folder : path.join(tree.folder, ...name.split("/"));
  const texts = new Map<string, string | undefined>();
  let files: readonly string[] | undefined;
  return {
    path: name,
    folder,
    get files() {
      return (files ??= filesBelow(sorted, name));
    },
    read(file) {
      if (!texts.has(file)) texts.set(file, readText(path.join(folder, ...file.split("/"))));
      return texts.get(file);
    },
  };
}

/** `sorted` keeps all files of a folder together. */
function filesBelow(sorted: readonly string[], name: string): readonly string[] {
  if (name === "") return sorted;
  const prefix = `${name}/`;
  const first = lowerBound(sorted, prefix);
  // "0" follows "/".
  const end = lowerBound(sorted, `${name}0`);
  return sorted.slice(first, end).map((file) => file.slice(prefix.length));
}

function lowerBound(sorted: readonly string[], wanted: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? "") < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * A package below a root with workspaces counts only as a member: others are examples and material that nobody has
 * installed. Folders without a `package.json` are no affair of workspaces.
 */
function workspaceMembers(tree: TestTree, files: ReadonlySet<string>): (folder: string) => boolean {
  const patterns = workspacePatterns(tree);
  if (patterns === undefined) return () => true;
  const included = patterns.filter((pattern) => !pattern.startsWith("!"));
  const excluded = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
  const matches = picomatch(included.map(trim), { ignore: excluded.map(trim) });
  return (folder) => !files.has(`${folder}/package.json`) || matches(folder);
}

function trim(pattern: string): string {
  return pattern.replace(/^\.\//, "").replace(/\/+$/, "");
}

function workspacePatterns(tree: TestTree): string[] | undefined {
  const pnpm = readText(path.join(tree.folder, "pnpm-workspace.yaml"));
  const manifest = readText(path.join(tree.folder, "package.json"));
  try {
    const inPnpm: unknown = pnpm === undefined ? undefined : parseYaml(pnpm)?.packages;
    const declared: unknown =
      inPnpm ?? (manifest === undefined ? undefined : JSON.parse(manifest)?.workspaces);
    const list: unknown = Array.isArray(declared)
      ? declared
      : (declared as { packages?: unknown } | undefined)?.packages;
    return Array.isArray(list) ? list.filter((pattern) => typeof pattern === "string") : undefined;
  } catch {
    return undefined;
  }
}
