import type { Writable } from "node:stream";
import { countBySeverity } from "../findings/collect.ts";
import type { Clones } from "../clones/index.ts";
import { unpackInOrder } from "../file/unpack-in-order.ts";
import { type Graph, nameOf, reachedNodes, resolutions } from "../graph/index.ts";
import type { Analysis } from "../run/analysis.ts";
import { confidence, type Totals } from "../run/summarise.ts";
import { ChunkedWriter } from "./chunked-writer.ts";

/** Functions named in the summary, of each kind of complexity. */
const WORST = 20;

/**
 * Writes the JSON report piece by piece (`report-schema.ts` describes it): a report of a large repository is larger
 * than the memory that should hold it. Respects back pressure; ends with a line feed, and does not end the stream.
 */
export async function writeJson(analysis: Analysis, stream: Writable, signal: AbortSignal): Promise<void> {
  const out = new ChunkedWriter(stream, signal);
  out.text(`{"version":1,"project":${JSON.stringify(analysis.project)},"complete":${analysis.complete},\n`);
  out.text(`"summary":${JSON.stringify(summary(analysis))},\n`);
  await out.array(
    "folders",
    analysis.folders.map(({ path, files, ...totals }) => ({ path, files, ...shown(totals) })),
  );
  out.text(`"graph":{"edges":[`);
  await writeEdges(out, analysis.graph, { start: '\n{"from":', between: ",", end: "" });
  out.text(`],\n`);
  await out.array("groups", groups(analysis.graph));
  await out.array("cycles", analysis.cycles);
  await out.array(
    "cuts",
    analysis.cuts.map((cut) => cut ?? null),
  );
  await out.array("layers", layers(analysis.graph), "");
  out.text(`},\n`);
  if (analysis.unused !== undefined) {
    const { orphans, exports } = analysis.unused;
    out.text(`"architecture":${JSON.stringify({ orphans, unusedExports: exports })},\n`);
  }
  if (analysis.focus !== undefined) out.text(`"focus":${JSON.stringify(analysis.focus)},\n`);
  if (analysis.since !== undefined) out.text(`"since":${JSON.stringify(analysis.since)},\n`);
  const { findings, suppressed, unsupportedRules } = analysis.found;
  await out.array("findings", findings);
  await out.array("suppressed", suppressed);
  await out.array("unsupportedRules", unsupportedRules);
  await out.array("clones", analysis.clones?.classes ?? []);
  if (analysis.hotspots !== undefined) out.text(`"history":${JSON.stringify(analysis.hotspots.history)},\n`);
  await out.array("hotspots", analysis.hotspots?.hotspots ?? []);
  await out.array("coupling", analysis.hotspots?.coupling ?? []);
  await out.array("skipped", analysis.skipped);
  out.text(`"files":[`);
  await writeFiles(out, analysis, { first: "\n{", start: ",\n{", end: "" });
  out.text(`\n]}\n`);
  await out.flush();
}

/** The same as JSON lines: first `{"type":"summary",…}`, then a line for each file, skipped file and edge. */
export async function writeJsonLines(
  analysis: Analysis,
  stream: Writable,
  signal: AbortSignal,
): Promise<void> {
  const out = new ChunkedWriter(stream, signal);
  const { project, complete, focus } = analysis;
  const head = {
    type: "summary",
    version: 1,
    project,
    complete,
    ...summary(analysis),
    ...(focus === undefined ? {} : { focus }),
    ...(analysis.since === undefined ? {} : { since: analysis.since }),
    ...(analysis.hotspots === undefined ? {} : { history: analysis.hotspots.history }),
  };
  out.text(`${JSON.stringify(head)}\n`);
  await writeFiles(out, analysis, { start: '{"type":"file",', end: "\n" });
  for (const line of otherLines(analysis)) {
    out.text(`${JSON.stringify(line)}\n`);
    if (out.isAhead) await out.pace();
  }
  await writeEdges(out, analysis.graph, { start: '{"type":"edge","from":', between: "", end: "\n" });
  for (const cycle of analysis.cycles) out.text(`${JSON.stringify({ type: "cycle", files: cycle })}\n`);
  await out.flush();
}

function* otherLines({ found, clones, hotspots, unused, skipped }: Analysis): Generator<object> {
  for (const finding of found.findings) yield { type: "finding", ...finding };
  for (const finding of found.suppressed) yield { type: "suppressed", ...finding };
  for (const rule of found.unsupportedRules) yield { type: "unsupported-rule", ...rule };
  for (const clone of clones?.classes ?? []) yield { type: "clone", ...clone };
  for (const hotspot of hotspots?.hotspots ?? []) yield { type: "hotspot", ...hotspot };
  for (const pair of hotspots?.coupling ?? []) yield { type: "coupling", ...pair };
  for (const path of unused?.orphans ?? []) yield { type: "orphan", path };
  for (const one of unused?.exports ?? []) yield { type: "unused-export", ...one };
  for (const file of skipped) yield { type: "skipped", ...file };
}

function shown({ bytes, lines, ...rest }: Omit<Totals, "files">): object {
  return { bytes, lines, ...rest };
}

function summary(analysis: Analysis): object {
  const { totals, languages, gates } = analysis;
  return {
    ...totals,
    languages: languages.map(({ language, name, files, ...rest }) => ({
      language,
      name,
      files,
      ...shown(rest),
    })),
    skipped: Object.fromEntries(analysis.skippedByReason),
    worst: { cognitive: analysis.worst("cognitive", WORST), cyclomatic: analysis.worst("cyclomatic", WORST) },
    imports: analysis.graph.imports,
    ...(analysis.clones === undefined ? {} : { duplication: duplication(analysis, analysis.clones) }),
    ...(analysis.secretSearch === undefined ? {} : { secrets: analysis.secretSearch }),
    findings: {
      ...Object.fromEntries(countBySeverity(analysis.found.findings)),
      suppressed: analysis.found.suppressed.length,
      cut: analysis.found.cut,
      gaveUp: analysis.found.gaveUp,
      ...(analysis.found.gate === undefined ? {} : { gate: analysis.found.gate }),
    },
    gates: gates.map(({ measure, limit, failures }) => ({
      measure,
      limit,
      failures: failures.map(({ path, line, name, value }) => ({ path, line, name, value })),
    })),
  };
}

function duplication({ limits }: Analysis, clones: Clones): object {
  const { lines, duplicated, percent, classes, notCompared } = clones;
  const limit = limits.duplication;
  return {
    lines,
    duplicated,
    percent,
    classes: classes.length,
    notCompared,
    ...(limit === undefined ? {} : { limit }),
  };
}

/** The objects of all files; `start` has the opening brace. */
async function writeFiles(
  out: ChunkedWriter,
  analysis: Analysis,
  { start, first = start, end }: { first?: string; start: string; end: string },
): Promise<void> {
  let index = 0;
  for await (const details of unpackInOrder(analysis.files.map(({ packed }) => packed))) {
    out.text(index === 0 ? first : start);
    writeFile(out, analysis, index, details);
    out.text(end);
    if (out.isAhead) await out.pace();
    index++;
  }
}

/** All of a file's object but its opening brace. */
function writeFile(out: ChunkedWriter, analysis: Analysis, index: number, details: Uint8Array): void {
  const file = analysis.files[index]!;
  const {
    imports,
    modules: _modules,
    types: _types,
    inlineModules: _inlineModules,
    names: _names,
    findings: _findings,
    suppressed: _suppressed,
    cutFindings: _cutFindings,
    gaveUp: _gaveUp,
    parsed,
    maxOwnCognitive: _maxOwnCognitive,
    errorBytes,
    language,
    bytes,
    lines,
    ...measures
  } = file.facts;
  const resolved = resolutions(analysis.graph, index);
  const head = {
    path: file.path,
    language,
    bytes,
    lines,
    parse: { errorBytes, confidence: parsed ? confidence(errorBytes, bytes) : null },
    measures,
    ...(analysis.clones === undefined ? {} : { duplication: analysis.clones.files[index] }),
    fanIn: analysis.fans.fanIn[index]!,
    fanOut: analysis.fans.fanOut[index]!,
  };
  const written = imports.map((one, at) => ({
    ...one,
    resolved: resolved[at]!.targets,
    kind: resolved[at]!.kind,
  }));
  out
    .text(`${JSON.stringify(head).slice(1, -1)},`)
    .bytes(details)
    .text(`,"imports":${JSON.stringify(written)}}`);
}

/**
 * `…"from path","to":"to path"}` for each edge: from file to file; where only a group is known (see `groups`), to the
 * group. There may be hundreds for each file: paths are quoted once, and a file's edges are gathered in one go.
 */
async function writeEdges(
  out: ChunkedWriter,
  graph: Graph,
  { start, between, end }: { start: string; between: string; end: string },
): Promise<void> {
  const quoted: (string | undefined)[] = [];
  const quote = (node: number): string => (quoted[node] ??= JSON.stringify(nameOf(graph, node)));
  let before = "";
  for (let node = 0; node < graph.files.length; node++) {
    const opening = `${start}${quote(node)},"to":`;
    let edges = "";
    for (const target of reachedNodes(graph, node, (group) => group.kind !== "package")) {
      edges += `${before}${opening}${quote(target)}}${end}`;
      before = between;
    }
    out.text(edges);
    if (out.isAhead) await out.pace();
  }
}

function groups(graph: Graph): object[] {
  return graph.groups
    .filter(({ kind }) => kind !== "package")
    .map(({ id, kind, members }) => ({ id, kind, members: members.map((member) => nameOf(graph, member)) }));
}

function layers(graph: Graph): string[][] {
  const byLayer: string[][] = [];
  graph.files.forEach(({ path }, file) => (byLayer[graph.layers[file]!] ??= []).push(path));
  return Array.from(byLayer, (files) => files ?? []);
}
