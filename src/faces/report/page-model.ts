import { type Analysis, Excerpts, reachedNodes } from "#analysis";
import type { PageModel } from "../page/page-model.ts";
import { secretSearchLines } from "./secret-search.ts";

/** Rows of each list on the page; the JSON report has all of them. */
const MOST_FINDINGS = 3000;
const MOST_CLONES = 300;
const MOST_FUNCTIONS = 300;
/** Lines around a finding, and of a copy. */
const AROUND = 3;
const MOST_LINES = 60;
/** A page that shows more than these is of no use, and too large to open. */
const MOST_EDGES = 400_000;

/** Reads excerpts from the files as they are now; what cannot be read has none. */
export function pageModel(analysis: Analysis): PageModel {
  const { files, languages, totals, graph, clones, hotspots, found, since, unused } = analysis;
  const numbers = new Map(files.map(({ path }, number) => [path, number]));
  const numberOf = (path: string): number => numbers.get(path) ?? -1;
  const languageNumbers = new Map(languages.map(({ language }, number) => [language, number]));
  const excerpts = new Excerpts(analysis.root);
  const { edges, isCut } = edgesOf(analysis);
  const { fanIn, fanOut } = analysis.fans;
  return {
    project: analysis.project,
    complete: analysis.complete,
    totals: {
      files: totals.files,
      bytes: totals.bytes,
      ...totals.lines,
      functions: totals.functions,
      cognitive: totals.cognitive,
      maintainability: totals.maintainability,
      confidence: totals.parse.confidence,
      unresolved: graph.imports.unresolved,
      ...(clones === undefined ? {} : { duplication: clones.percent }),
    },
    languages: languages.map((one) => ({
      name: one.name,
      files: one.files,
      code: one.lines.code,
      functions: one.functions,
      cognitive: one.cognitive,
      confidence: one.parse.confidence,
    })),
    files: {
      path: files.map(({ path }) => path),
      language: files.map(({ facts }) => languageNumbers.get(facts.language) ?? 0),
      code: files.map(({ facts }) => facts.lines.code),
      functions: files.map(({ facts }) => facts.functions),
      cognitive: files.map(({ facts }) => facts.cognitive),
      worst: files.map(({ facts }) => facts.maxOwnCognitive),
      maintainability: files.map(({ facts }) => Math.round(facts.maintainability)),
      confidence: files.map(({ facts }) =>
        !facts.parsed
          ? -1
          : facts.bytes === 0
            ? 10_000
            : Math.floor((1 - facts.errorBytes / facts.bytes) * 10_000),
      ),
      fanIn: [...fanIn],
      fanOut: [...fanOut],
      duplicated: files.map((_, number) => clones?.files[number]?.duplicated ?? 0),
    },
    edges,
    edgesCut: isCut,
    cycles: analysis.cycles.map((cycle, at) => {
      const cut = analysis.cuts[at];
      return {
        files: cycle.map(numberOf),
        ...(cut && { cut: { from: numberOf(cut.from), to: numberOf(cut.to), left: cut.left } }),
      };
    }),
    ...(analysis.layers.length === 0 ? {} : { layers: [...analysis.layers] }),
    ...(since === undefined
      ? {}
      : {
          since: {
            revision: since.revision,
            commit: since.commit,
            changed: since.changed,
            affected: since.affected.map(({ path, depth }) => ({ file: numberOf(path), depth })),
          },
        }),
    ...(unused === undefined
      ? {}
      : {
          unused: {
            orphans: unused.orphans.map(numberOf),
            exports: unused.exports.map(({ path, ...rest }) => ({ file: numberOf(path), ...rest })),
          },
        }),
    ...(hotspots === undefined ? {} : { history: hotspots.history }),
    hotspots: (hotspots?.hotspots ?? []).map(({ path, ...rest }) => ({ file: numberOf(path), ...rest })),
    coupling: (hotspots?.coupling ?? []).flatMap(({ a, b, ...rest }) =>
      numbers.has(a) && numbers.has(b) ? [{ a: numberOf(a), b: numberOf(b), ...rest }] : [],
    ),
    findings: found.findings.slice(0, MOST_FINDINGS).map((one) => {
      const excerpt = excerpts.around(one.path, one.line, one.endLine, AROUND);
      return {
        ruleId: one.ruleId,
        severity: one.severity,
        confidence: one.confidence,
        cwe: one.cwe,
        message: one.message,
        line: one.line,
        column: one.column,
        file: numberOf(one.path),
        ...(numbers.has(one.path) ? {} : { path: one.path }),
        ...(one.fix === undefined ? {} : { fix: one.fix }),
        ...(excerpt === undefined ? {} : { excerpt }),
        ...(one.flow === undefined
          ? {}
          : {
              flow: one.flow.map(({ line, message }) => ({
                line,
                message,
                text: excerpts.around(one.path, line, line, 0)?.text ?? "",
              })),
            }),
      };
    }),
    findingsTotal: found.findings.length,
    suppressed: {
      comment: found.suppressed.filter(({ suppressedBy }) => suppressedBy === "comment").length,
      baseline: found.suppressed.filter(({ suppressedBy }) => suppressedBy === "baseline").length,
    },
    clones: (clones?.classes ?? []).slice(0, MOST_CLONES).map(({ kind, tokens, lines, fragments }) => ({
      kind,
      tokens,
      lines,
      fragments: fragments.map(({ path, line, endLine }, at) => {
        const excerpt =
          at < 2 ? excerpts.lines(path, line, Math.min(endLine, line + MOST_LINES - 1)) : undefined;
        return { file: numberOf(path), line, endLine, ...(excerpt === undefined ? {} : { excerpt }) };
      }),
    })),
    clonesTotal: clones?.classes.length ?? 0,
    notCompared: clones?.notCompared ?? 0,
    functions: analysis.worst("cognitive", MOST_FUNCTIONS).map((one) => ({
      name: one.container === undefined || one.nested ? one.name : `${one.container}.${one.name}`,
      file: numberOf(one.path),
      line: one.line,
      own: one.ownCognitive,
      cyclomatic: one.cyclomatic,
      nesting: one.nesting,
      parameters: one.parameters,
      code: one.code,
    })),
    skipped: analysis.skippedByReason,
    secretSearch: secretSearchLines(analysis.secretSearch),
    unsupportedRules: found.unsupportedRules.map(({ ruleId, file, line, message, effect }) => ({
      rule: ruleId,
      place: `${file}:${line}`,
      message,
      effect,
    })),
    gates: gatesOf(analysis),
  };
}

/** Groups become their members, unless they are mere alternatives. */
function edgesOf({ graph }: Analysis): { edges: number[]; isCut: boolean } {
  const edges: number[] = [];
  for (let from = 0; from < graph.files.length; from++) {
    for (const to of reachedNodes(graph, from, ({ kind }) => kind !== "package")) {
      if (to >= graph.files.length) continue;
      if (edges.length >= MOST_EDGES * 2) return { edges, isCut: true };
      edges.push(from, to);
    }
  }
  return { edges, isCut: false };
}

function gatesOf(analysis: Analysis): PageModel["gates"] {
  const gates = analysis.gates.map(({ measure, limit, failures }) => ({
    text: `no function above ${measure} ${limit}`,
    isFailed: failures.length > 0,
  }));
  const copies = analysis.duplicationGate;
  if (copies !== undefined)
    gates.push({ text: `no more than ${copies.limit} % of the code copied`, isFailed: copies.isFailed });
  const { gate } = analysis.found;
  if (gate !== undefined)
    gates.push({ text: `no finding of severity ${gate.severity} or more`, isFailed: gate.failures > 0 });
  return gates;
}
