import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import picomatch from "picomatch";
import type { Reported } from "../common/batch.ts";
import { asFileOfTree } from "../common/unit-paths.ts";
import type { ProjectFolder } from "../runner.ts";
import { type JunitCase, readJunit } from "./read-junit.ts";

export interface CollectedReports {
  cases: JunitCase[];
  /** Files that are no reports, each with what is wrong with it. */
  problems: string[];
  files: number;
}

/** Takes away what an earlier run has left: it would be counted once more. @param pattern relative to `folder` */
export function removeReports(folder: string, pattern: string): void {
  for (const file of reportFiles(folder, pattern)) rmSync(file, { force: true });
  // Writers that expect the folder to be there.
  const base = picomatch.scan(pattern).base;
  mkdirSync(path.resolve(folder, picomatch.scan(pattern).isGlob ? base : path.dirname(pattern)), {
    recursive: true,
  });
}

/** Reads all reports that match: a path or a glob, absolute or relative to `folder`. */
export function collectReports(folder: string, pattern: string): CollectedReports {
  const collected: CollectedReports = { cases: [], problems: [], files: 0 };
  for (const file of reportFiles(folder, pattern)) {
    const report = readJunit(readFileSync(file, "utf8"));
    collected.files += 1;
    if (report.problem === undefined) collected.cases.push(...report.cases);
    else
      collected.problems.push(`${path.relative(folder, file).split(path.sep).join("/")}: ${report.problem}`);
  }
  return collected;
}

function reportFiles(folder: string, pattern: string): string[] {
  const { base, glob, isGlob } = picomatch.scan(pattern.split(path.sep).join("/"));
  const start = path.resolve(folder, isGlob ? base : pattern);
  if (!isGlob) return statSync(start, { throwIfNoEntry: false })?.isFile() === true ? [start] : [];
  const matches = picomatch(glob);
  try {
    return readdirSync(start, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => matches(path.relative(start, file).split(path.sep).join("/")))
      .sort();
  } catch {
    return [];
  }
}

/** A case as a result: its class and name are the title; without a class, the suites around it. */
export function reportedCase(project: ProjectFolder, junit: JunitCase): Reported {
  const { suites, className, name, file, line, outcome, ms, failures, reason, retries, output } = junit;
  const inTree = file === undefined ? undefined : asFileOfTree(project, file);
  const known = inTree !== undefined && !inTree.startsWith("../") ? inTree : undefined;
  const place = known === undefined ? {} : { file: known, ...(line === undefined ? {} : { line }) };
  return {
    title: [...(className === undefined ? suites.slice(-1) : [className]), name],
    outcome,
    ms,
    failures: failures.map((failure) => ({ ...place, ...failure })),
    retries,
    ...(known === undefined ? {} : { file: known }),
    ...(reason === undefined ? {} : { reason }),
    ...(output === undefined ? {} : { output }),
  };
}
