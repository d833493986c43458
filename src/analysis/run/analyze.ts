import { readFileSync } from "node:fs";
import path from "node:path";
import { closestMatch } from "leven";
import { UsageError } from "#kernel";
import type { StoredFacts } from "../cache/facts-cache.ts";
import {
  type FileList,
  type ListOptions,
  LanguageTable,
  listFiles,
  openPath,
  textLanguages,
} from "../discovery/index.ts";
import { buildGraph, focus, type Graph } from "../graph/index.ts";
import { languages } from "../languages/index.ts";
import { Analysis, type LeftOut, type Limits } from "./analysis.ts";
import { type Collected, collectFacts, type CollectOptions, type RunContext } from "./collect-facts.ts";
import type { RunFile } from "./worst-functions.ts";

export interface AnalyzeOptions
  extends Omit<ListOptions, "languages" | "maxFileSize" | "only">, CollectOptions {
  limits: Limits;
  /** A file of the project whose neighbourhood in the graph is asked for: relative to the root, or absolute. */
  focus?: string;
}

/**
 * Analyses a folder or a file. Throws a UsageError or RootNotReadableError when it cannot be started, a
 * CancelledError when `context.signal` is aborted; all else that goes wrong is part of the result.
 */
export async function analyze(root: string, options: AnalyzeOptions, context: RunContext): Promise<Analysis> {
  const { events, signal, clock } = context;
  const startedAt = clock.monotonic();
  const { include = [], ...rest } = options;
  const only = languageIds(options.only);
  const filters = { ...(only.length > 0 && { only }), ...(include.length > 0 && { include }) };
  const { only: _asked, ...others } = rest;
  const list = await listFiles(root, { ...others, ...filters, languages }, signal);
  const bytes = list.files.reduce((sum, { size }) => sum + size, 0);
  events.emit({ type: "files.found", files: list.files.length, bytes, skipped: list.skipped.length });
  const collected = await collectFacts(list, { ...options, only }, context);
  const { files, skipped, complete } = sortOut(list, collected, only);
  const graph = graphOf(list, files);
  return new Analysis({
    project: path.basename(path.resolve(root)) || path.resolve(root),
    files,
    skipped: [...list.skipped, ...skipped],
    graph,
    limits: options.limits,
    focus: options.focus === undefined ? undefined : focusOn(graph, list.root, options.focus),
    how: {
      ms: clock.monotonic() - startedAt,
      listed: list.files.length,
      workers: collected.workers,
      cacheHits: collected.cacheHits,
      source: list.source,
      ...(collected.fleet === undefined ? {} : { fleet: collected.fleet }),
      ...(list.notice === undefined ? {} : { notice: list.notice }),
    },
    complete: complete && list.skipped.every(({ reason }) => reason !== "unreadable"),
  });
}

/** Ids of languages by id or name (`cpp`, `C++`). Throws a UsageError for what is neither. */
function languageIds(asked: readonly string[]): string[] {
  const table = new LanguageTable(languages);
  return asked.map((name) => {
    const id = table.byLinguistName(name);
    if (id !== undefined) return id;
    const known = [...languages, ...textLanguages].map((language) => language.id);
    throw new UsageError(`there is no language "${name}"`, {
      hint:
        closestMatch(name.toLowerCase(), known, { maxDistance: 2 }) ??
        `one of ${languages.map((language) => language.id).join(", ")}`,
    });
  });
}

function sortOut(
  list: FileList,
  { facts, lost }: Collected,
  only: readonly string[],
): { files: RunFile[]; skipped: LeftOut[]; complete: boolean } {
  const files: RunFile[] = [];
  const skipped: LeftOut[] = [];
  let complete = true;
  for (const [index, { path }] of list.files.entries()) {
    const stored: StoredFacts | undefined = facts[index];
    if (stored === undefined) {
      complete = false;
      const detail = lost.get(index);
      skipped.push({ path, reason: "crashed", ...(detail === undefined ? {} : { detail }) });
    } else if (stored.type === "measured") {
      // What only its content tells the cache may know from a run that asked for everything.
      if (only.length === 0 || only.includes(stored.facts.language))
        files.push({ path, facts: stored.facts, packed: stored.details });
    } else if (stored.reason !== "excluded-language") {
      if (stored.reason === "unreadable") complete = false;
      skipped.push({
        path,
        reason: stored.reason,
        ...(stored.detail === undefined ? {} : { detail: stored.detail }),
      });
    }
  }
  return { files, skipped, complete };
}

function graphOf(list: FileList, files: readonly RunFile[]): Graph {
  const rawPaths = new Map(
    list.files.filter(({ rawPath }) => rawPath !== undefined).map((file) => [file.path, file]),
  );
  return buildGraph({
    files: files.map(({ path, facts }) => ({
      path,
      language: facts.language,
      imports: facts.imports,
      modules: facts.modules ?? [],
      types: facts.types ?? [],
      ...(facts.inlineModules === undefined ? {} : { inlineModules: facts.inlineModules }),
    })),
    readText: (path) => {
      try {
        return readFileSync(openPath(list.root, rawPaths.get(path) ?? { path }), "utf8");
      } catch {
        return undefined; // it has gone since; imports that need it stay unresolved
      }
    },
  });
}

function focusOn(graph: Graph, root: string, given: string): ReturnType<typeof focus> {
  const wanted = path.relative(root, path.resolve(root, given)).split(path.sep).join("/");
  const found = focus(graph, wanted);
  if (found === undefined) {
    throw new UsageError(`--focus "${given}" is not among the analysed files`, {
      hint: "give a path relative to the analysed folder; --verbose lists what was left out",
    });
  }
  return found;
}
