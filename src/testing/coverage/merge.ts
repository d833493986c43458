import { isClover, readClover } from "./clover.ts";
import { isGoProfile, isTracefile, parseJson } from "./format.ts";
import { readGo } from "./go.ts";
import { isIstanbul, readIstanbul } from "./istanbul.ts";
import { readLcov } from "./lcov.ts";
import type { CoverageByFile, CoverageReport } from "./lines.ts";
import { isPython, readPython } from "./python.ts";
import { isV8, readV8 } from "./v8.ts";

/** A coverage file that a runner wrote on a host. */
export interface CollectedCoverage {
  host: string;
  /** Absolute path of the tree on the host: what paths in the file begin with. `C:\…` on Windows. */
  root: string;
  /** Folder of the project below the root, with `/`: relative paths start there. */
  project: string;
  /** For messages. */
  name: string;
  text: string;
}

/** The tree on this machine. */
export interface CoverageTree {
  /** Text of a file below the root. */
  read(path: string): string | undefined;
  /** Go modules of the tree: name of each and its folder below the root. */
  goModules: readonly { name: string; folder: string }[];
}

/**
 * One picture from what all hosts and runners measured: V8 and Istanbul (vitest, jest, node:test, mocha), lcov, coverage.py,
 * Clover (PHPUnit) and Go. Only files of the tree are in it; counts of several hosts add up. What is none of these is a problem, named.
 */
export async function mergeCoverage(
  collected: readonly CollectedCoverage[],
  tree: CoverageTree,
): Promise<CoverageReport> {
  const files: CoverageByFile = new Map();
  const problems: string[] = [];
  for (const one of collected) {
    try {
      await add(one, tree, files);
    } catch (error) {
      problems.push(
        `coverage file "${one.name}" of ${one.host}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  const sorted = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { files: new Map(sorted), problems };
}

async function add(one: CollectedCoverage, tree: CoverageTree, files: CoverageByFile): Promise<void> {
  const place = (name: string): string | undefined => {
    const path = placeInTree(name, one);
    return path !== undefined && tree.read(path) !== undefined ? path : undefined;
  };
  if (isGoProfile(one.text)) return readGo(one.text, files, tree.goModules);
  if (isTracefile(one.text)) return readLcov(one.text, files, place);
  if (isClover(one.text)) return readClover(one.text, files, place);
  const data = parseJson(one.text);
  if (isV8(data)) return readV8(data, files, place, (path) => tree.read(path));
  if (isPython(data)) return readPython(data, files, place);
  if (isIstanbul(data)) return readIstanbul(data, files, place);
  throw new Error("is of no format that is known");
}

/** From what a host calls a file to its path below the root; undefined for what lies elsewhere. */
export function placeInTree(
  name: string,
  { root, project }: { root: string; project: string },
): string | undefined {
  const windows = /^[A-Za-z]:[\\/]/.test(root);
  const slashes = (path: string): string => (windows ? path.replaceAll("\\", "/") : path);
  const same = (path: string): string => (windows ? path.toLowerCase() : path);
  const given = slashes(name);
  const base = `${slashes(root).replace(/\/$/, "")}/`;
  const isAbsolute = given.startsWith("/") || (windows && /^[A-Za-z]:\//.test(given));
  if (isAbsolute) return same(given).startsWith(same(base)) ? tidy(given.slice(base.length)) : undefined;
  return tidy(project === "" ? given : `${project}/${given}`);
}

function tidy(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.length === 0 ? undefined : parts.join("/");
}
