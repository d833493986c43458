import { once } from "node:events";
import type { Writable } from "node:stream";
import { type Edge, fileEdges, type Graph, nameOf, resolutions } from "../graph/index.ts";
import type { Analysis } from "../run/analysis.ts";
import { confidence, type Totals } from "../run/summarise.ts";
import { detailsText, type RunFile } from "../run/worst-functions.ts";

/** Functions named in the summary, of each kind of complexity. */
const WORST = 20;
/** Characters gathered before a write. */
const CHUNK = 1 << 16;

/**
 * Writes the JSON report piece by piece (`report-schema.ts` describes it): a report of a large repository is larger
 * than the memory that should hold it. Respects back pressure; ends with a line feed, and does not end the stream.
 */
export async function writeJson(analysis: Analysis, stream: Writable, signal: AbortSignal): Promise<void> {
  const out = new ChunkedWriter(stream, signal);
  await out.write(
    `{"version":1,"project":${JSON.stringify(analysis.project)},"complete":${analysis.complete},\n`,
  );
  await out.write(`"summary":${JSON.stringify(summary(analysis))},\n`);
  await out.array(
    "folders",
    analysis.folders.map(({ path, files, ...totals }) => ({ path, files, ...shown(totals) })),
  );
  await out.write(`"graph":{`);
  await out.array("edges", graphEdges(analysis.graph));
  await out.array("groups", groups(analysis.graph));
  await out.array("cycles", analysis.cycles);
  await out.array("layers", layers(analysis.graph), "");
  await out.write(`},\n`);
  if (analysis.focus !== undefined) await out.write(`"focus":${JSON.stringify(analysis.focus)},\n`);
  await out.array("skipped", analysis.skipped);
  await out.write(`"files":[`);
  for (const [index, file] of analysis.files.entries())
    await out.write(`${index === 0 ? "\n" : ",\n"}${fileJson(analysis, file, index)}`);
  await out.write(`\n]}\n`);
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
  };
  await out.write(`${JSON.stringify(head)}\n`);
  for (const [index, file] of analysis.files.entries()) {
    await out.write(`{"type":"file",${fileJson(analysis, file, index).slice(1)}\n`);
  }
  for (const skipped of analysis.skipped)
    await out.write(`${JSON.stringify({ type: "skipped", ...skipped })}\n`);
  for (const edge of graphEdges(analysis.graph))
    await out.write(`${JSON.stringify({ type: "edge", ...edge })}\n`);
  for (const cycle of analysis.cycles)
    await out.write(`${JSON.stringify({ type: "cycle", files: cycle })}\n`);
  await out.flush();
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
    gates: gates.map(({ measure, limit, failures }) => ({
      measure,
      limit,
      failures: failures.map(({ path, line, name, value }) => ({ path, line, name, value })),
    })),
  };
}

function fileJson(analysis: Analysis, file: RunFile, index: number): string {
  const {
    imports,
    modules: _modules,
    types: _types,
    inlineModules: _inlineModules,
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
    fanIn: analysis.fans.fanIn[index]!,
    fanOut: analysis.fans.fanOut[index]!,
  };
  const written = imports.map((one, at) => ({
    ...one,
    resolved: resolved[at]!.targets,
    kind: resolved[at]!.kind,
  }));
  return `${JSON.stringify(head).slice(0, -1)},${detailsText(file)},"imports":${JSON.stringify(written)}}`;
}

/** From file to file; where only a group is known (see `groups`), to the group. */
function* graphEdges(graph: Graph): Generator<Edge> {
  yield* fileEdges(graph, { keep: (group) => group.kind !== "package" });
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

class ChunkedWriter {
  readonly #stream: Writable;
  readonly #signal: AbortSignal;
  #gathered = "";

  constructor(stream: Writable, signal: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
  }

  async write(text: string): Promise<void> {
    this.#gathered += text;
    if (this.#gathered.length >= CHUNK) await this.flush();
  }

  /** `"name":[…]`, an element a line. */
  async array(name: string, elements: Iterable<unknown>, end = ",\n"): Promise<void> {
    let first = true;
    await this.write(`"${name}":[`);
    for (const element of elements) {
      await this.write(`${first ? "\n" : ",\n"}${JSON.stringify(element)}`);
      first = false;
    }
    await this.write(`]${end}`);
  }

  async flush(): Promise<void> {
    const text = this.#gathered;
    this.#gathered = "";
    this.#signal.throwIfAborted();
    if (text !== "" && !this.#stream.write(text)) await once(this.#stream, "drain", { signal: this.#signal });
  }
}
