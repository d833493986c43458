import { readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "#kernel";
import { SeenFiles } from "../cache/seen-files.ts";
import type { StoredFacts } from "../cache/stored-facts.ts";
import {
  bytesRead,
  type Candidate,
  type FileList,
  type ListOptions,
  listFiles,
  openPath,
} from "../discovery/index.ts";
import { collectFindings, type FindingOptions, rulesSpoke } from "../findings/collect.ts";
import { buildGraph, focus, type Graph } from "../graph/index.ts";
import { languages } from "../languages/index.ts";
import { Analysis, type LeftOut, type Limits } from "./analysis.ts";
import { type Collected, collectFacts, type CollectOptions, type RunContext } from "./collect-facts.ts";
import { changedSince } from "./changed-since.ts";
import { clonesOf } from "./clones-of.ts";
import { languageIds } from "./language-names.ts";
import { localAssets } from "./engine-files.ts";
import { infoOf } from "../rules/rule.ts";
import { pathFilter, prepareRules, type RuleChoice } from "../rules/run-rules.ts";
import { hotspotReport, readHistory } from "./hotspots-of.ts";
import { checkLayerNames, checkLayers, type Layer, layerRule } from "../layers/index.ts";
import { secretRules } from "../secrets/index.ts";
import { leftOutSearch } from "./left-out-search.ts";
import { secretsInHistory } from "./secrets-in-history.ts";
import { unusedIn } from "./unused-in.ts";
import type { RunFile } from "./worst-functions.ts";

export interface AnalyzeOptions
  extends Omit<ListOptions, "languages" | "maxFileSize" | "only" | "searchable" | "onStats">, CollectOptions {
  limits: Limits;
  /** Rules that files are searched by; absent: none. */
  ruleChoice?: RuleChoice;
  /** Whether the git history is read for hotspots; default: no. */
  history?: boolean;
  /** Whether secrets in the code are reported; default: no. */
  secrets?: boolean;
  /** Whether they are looked for in the git history, too; default: no. */
  secretsInHistory?: boolean;
  /** A revision: what changed since, and what imports it. */
  since?: string;
  /** Which part of the project may import which. */
  layers?: readonly Layer[];
  /** Globs of files that something outside of the project starts: they are no orphans. */
  entries?: readonly string[];
  /** Which findings are reported. */
  report?: FindingOptions;
  /** A file of the project whose neighbourhood in the graph is asked for: relative to the root, or absolute. */
  focus?: string;
}

/**
 * Analyses a folder or a file. Throws a UsageError or RootNotReadableError when it cannot be started, a
 * CancelledError when `context.signal` is aborted; all else that goes wrong is part of the result.
 */
export async function analyze(root: string, options: AnalyzeOptions, context: RunContext): Promise<Analysis> {
  const startedAt = context.clock.monotonic();
  checkLayerNames(options.layers ?? []);
  const { include = [], ...rest } = options;
  const only = languageIds(options.only);
  const filters = { ...(only.length > 0 && { only }), ...(include.length > 0 && { include }) };
  const { only: _asked, ...others } = rest;
  const { cache } = options;
  const seen =
    cache === false ? undefined : new SeenFiles(cache.folder, path.resolve(root), () => context.clock.now());
  const list = await listFiles(
    root,
    {
      ...others,
      ...filters,
      languages,
      searchable: options.secrets === true,
      onStats: (file, stats) => seen?.look(file, stats),
    },
    context.signal,
  );
  const project = path.basename(path.resolve(root)) || path.resolve(root);
  const rules =
    options.ruleChoice === undefined ? undefined : await prepareRules(options.ruleChoice, localAssets);
  try {
    // Who imports a file is known where all files are.
    const unused = only.length === 0 && include.length === 0;
    const searched = { ...options, only, project, unused, seen, ...(rules === undefined ? {} : { rules }) };
    const { analysis } = await analyzeList(list, searched, context, startedAt);
    return analysis;
  } finally {
    rules?.dispose();
  }
}

export interface AnalyzeListOptions
  extends
    CollectOptions,
    Pick<
      AnalyzeOptions,
      | "limits"
      | "focus"
      | "report"
      | "history"
      | "secrets"
      | "secretsInHistory"
      | "layers"
      | "entries"
      | "since"
    > {
  /** Whether code that nothing needs is looked for: files that nothing imports or starts, exports that nobody takes; default: no. */
  unused?: boolean;
  /** What the report calls it. */
  project: string;
}

export interface ListAnalysis {
  analysis: Analysis;
  /** Of each file of the list; undefined: it could not be measured. */
  facts: readonly (StoredFacts | undefined)[];
}

/** Facts hold secrets whether they are asked for or not: the cache serves both. */
function appliesTo(
  rule: ((ruleId: string, path: string) => boolean) | undefined,
  { secrets }: AnalyzeListOptions,
): (ruleId: string, path: string) => boolean {
  return (ruleId, path) =>
    ruleId.startsWith("secrets.") ? secrets === true : (rule?.(ruleId, path) ?? true);
}

function sizeOf(files: readonly Candidate[]): number {
  return files.reduce((sum, file) => sum + bytesRead(file), 0);
}

/** The same for files that were listed already. `only` are ids. */
export async function analyzeList(
  list: FileList,
  options: AnalyzeListOptions,
  context: RunContext,
  startedAt = context.clock.monotonic(),
): Promise<ListAnalysis> {
  const { events, clock } = context;
  events.emit({
    type: "files.found",
    files: list.files.length,
    bytes: sizeOf(list.files),
    skipped: list.skipped.length,
    searched: { files: list.searchable.length, bytes: sizeOf(list.searchable) },
  });
  // Git reads the history while workers measure. Nobody waits for it when measuring fails.
  const history =
    options.history === true
      ? readHistory(
          list.root,
          list.files.map(({ path }) => path),
          options.cache,
          context.signal,
        )
      : undefined;
  history?.catch(() => undefined);
  const collected = await collectFacts(
    { ...list, files: [...list.files, ...list.searchable] },
    options,
    context,
  );
  const search = options.secrets === true ? leftOutSearch(list, collected) : undefined;
  const { files, skipped, complete } = sortOut(list, collected, options.only);
  const readText = readerOf(list);
  const graph = graphOf(files, readText);
  const clones = options.clones === true ? await clonesOf(files, options.cache, context) : undefined;
  const { rules } = options;
  const { layers = [] } = options;
  const others = checkLayers(graph, layers);
  const past =
    options.secretsInHistory === true
      ? await secretsInHistory(list.root, [...files, ...(search?.found ?? [])], context.signal)
      : undefined;
  if (past !== undefined) others.push(...past.found);
  const found = {
    ...collectFindings([...files, ...(search?.found ?? [])], others, {
      applies: appliesTo(rules && pathFilter(rules.set), options),
      ...options.report,
    }),
    unsupportedRules: rules?.problems ?? [],
    rules: new Map([
      ...(rules?.set.rules ?? []).map((rule) => [rule.id, infoOf(rule)] as const),
      ...(layers.length > 0 ? [[layerRule.id, layerRule] as const] : []),
      ...(options.secrets === true ? secretRules.map((rule) => [rule.id, rule] as const) : []),
    ]),
  };
  const analysis = new Analysis({
    project: options.project,
    root: list.root,
    files,
    skipped: [...list.skipped, ...skipped],
    graph,
    clones,
    unused:
      options.unused === true && complete
        ? await unusedIn(
            { graph, files, contents: contentsOf(list, collected) },
            options.entries ?? [],
            options.cache,
            readText,
          )
        : undefined,
    layers: layers.map(({ name }) => name),
    since:
      options.since === undefined
        ? undefined
        : await changedSince(list.root, options.since, graph, context.signal),
    hotspots: history === undefined ? undefined : hotspotReport(await history, files),
    limits: options.limits,
    focus: options.focus === undefined ? undefined : focusOn(graph, list.root, options.focus),
    found,
    how: {
      ms: clock.monotonic() - startedAt,
      listed: list.files.length + list.searchable.length,
      workers: collected.workers,
      cacheHits: collected.cacheHits,
      source: list.source,
      ...(collected.fleet === undefined ? {} : { fleet: collected.fleet }),
      ...(list.notice === undefined ? {} : { notice: list.notice }),
    },
    secretSearch: search && { ...search.summary, ...(past && { history: past.told }) },
    complete:
      complete &&
      past?.told.state !== "broken" &&
      rulesSpoke(found, options.report?.failOn) &&
      list.skipped.every(({ reason }) => reason !== "unreadable"),
  });
  return { analysis, facts: collected.facts };
}

/** Hashes of all files that count; undefined where one was not read in this run. */
function contentsOf(list: FileList, { facts, contents }: Collected): string[] | undefined {
  const known = list.files.flatMap((_, index) =>
    facts[index]?.type === "measured" ? [contents[index]] : [],
  );
  return known.every((sha) => sha !== undefined) ? known : undefined;
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
        files.push({
          path,
          facts: stored.facts,
          packed: stored.details,
          ...(stored.tape === undefined ? {} : { tape: stored.tape }),
        });
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

function graphOf(files: readonly RunFile[], readText: (path: string) => string | undefined): Graph {
  return buildGraph({
    files: files.map(({ path, facts }) => ({
      path,
      language: facts.language,
      imports: facts.imports,
      modules: facts.modules ?? [],
      types: facts.types ?? [],
      ...(facts.inlineModules === undefined ? {} : { inlineModules: facts.inlineModules }),
    })),
    readText,
  });
}

/** Text of a file of the list as it is now. */
function readerOf(list: FileList): (path: string) => string | undefined {
  const rawPaths = new Map(
    list.files.filter(({ rawPath }) => rawPath !== undefined).map((file) => [file.path, file]),
  );
  return (path) => {
    try {
      return readFileSync(openPath(list.root, rawPaths.get(path) ?? { path }), "utf8");
    } catch {
      return undefined; // it has gone since; imports that need it stay unresolved
    }
  };
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
