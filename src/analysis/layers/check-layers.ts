import { createHash } from "node:crypto";
import { closestMatch } from "leven";
import { UsageError } from "#kernel";
import { globMatcher } from "../discovery/globs.ts";
import type { Finding, RuleInfo } from "../findings/finding.ts";
import { type Graph, resolutions } from "../graph/index.ts";

/** A part of the project, and what it may know of the others. */
export interface Layer {
  name: string;
  /** Globs; a file belongs to the first layer that has it. */
  files: readonly string[];
  /** Names of layers. Absent: all of them. Itself always. */
  mayImport?: readonly string[] | undefined;
  mustNotImport?: readonly string[] | undefined;
}

const ruleId = "architecture.layers";

export const layerRule: RuleInfo = {
  id: ruleId,
  message: "An import goes where the project's layers do not let it go.",
  severity: "medium",
  confidence: "high",
  cwe: [],
  owasp: [],
  references: [],
};

/**
 * Imports that go against the layers, in the order of paths and lines. Files in no layer may import and be imported by all;
 * an import that means one of several files counts where any of them is forbidden.
 */
export function checkLayers(graph: Graph, layers: readonly Layer[]): Finding[] {
  const matchers = layers.map((layer) => ({ layer, matches: globMatcher(layer.files) ?? (() => false) }));
  const layerOf = (path: string): Layer | undefined => matchers.find(({ matches }) => matches(path))?.layer;
  const byFile = new Map(graph.files.map(({ path }) => [path, layerOf(path)]));
  const findings: Finding[] = [];
  for (const [number, { path, imports }] of graph.files.entries()) {
    const from = byFile.get(path);
    if (from === undefined) continue;
    const reached = resolutions(graph, number);
    for (const [at, { line }] of imports.entries()) {
      const target = reached[at]!.targets.find((one) => {
        const to = byFile.get(one);
        return to !== undefined && isForbidden(from, to);
      });
      if (target === undefined) continue;
      const to = byFile.get(target)!;
      findings.push({
        ruleId,
        severity: layerRule.severity,
        confidence: layerRule.confidence,
        cwe: [],
        path,
        line,
        column: 1,
        endLine: line,
        endColumn: 1,
        message: `layer "${from.name}" may not import "${to.name}": ${target}`,
        fingerprint: createHash("sha256").update(`${ruleId}\n${path}\n${target}`).digest("hex").slice(0, 32),
      });
    }
  }
  return findings;
}

function isForbidden(from: Layer, to: Layer): boolean {
  if (from === to) return false;
  if (from.mustNotImport?.includes(to.name) === true) return true;
  return from.mayImport !== undefined && !from.mayImport.includes(to.name);
}

/** @throws UsageError when `mayImport` or `mustNotImport` names what no layer is called */
export function checkLayerNames(layers: readonly Layer[]): void {
  const names = layers.map(({ name }) => name);
  const named = layers.flatMap(({ mayImport = [], mustNotImport = [] }) => [...mayImport, ...mustNotImport]);
  const unknown = named.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const hint = closestMatch(unknown, names, { maxDistance: 2 }) ?? `one of ${names.join(", ")}`;
  throw new UsageError(`there is no layer "${unknown}"`, { hint });
}
