import { languageById } from "../languages/index.ts";
import { type Adjacency, fromPairs, reverse } from "./adjacency.ts";
import { type Components, stronglyConnected } from "./components.ts";
import { layersOf } from "./layers.ts";
import { ProjectIndex } from "./project.ts";
import { makeResolver } from "./resolve/index.ts";
import type { Group, ProjectFile, ProjectInput, Strategy } from "./types.ts";

/**
 * The dependency graph in numbers. Nodes 0 … files.length-1 are files in the order of their paths; the nodes after
 * them are groups, each with an edge to every member.
 */
export interface Graph {
  files: readonly ProjectFile[];
  groups: readonly Group[];
  /** What a node imports. Files never lead to themselves unless they say so. */
  out: Adjacency;
  /** What imports a node. */
  in: Adjacency;
  /**
   * Over what proves a cycle: a namespace or a set of alternatives does not, nor does declaring one's own parts
   * (Rust `mod x;`), nor importing types alone.
   */
  components: Components;
  /** Per node: 0 = imports nothing of the project, else one more than the highest layer it leads to. */
  layers: Int32Array;
  /** Packages that are not the project's own. */
  external: ExternalModule[];
  /** Number of imports of each kind. */
  imports: { resolved: number; external: number; unresolved: number };
  outcomes: ImportOutcomes;
}

export interface ExternalModule {
  strategy: Strategy;
  name: string;
  /** Import statements, and files that have any. */
  imports: number;
  files: number;
}

/**
 * Where each import leads. Import `i` of file `f` has the number `firstImport[f] + i`; the targets of import `n` are
 * `targets[firstTarget[n]] … targets[firstTarget[n + 1] - 1]`.
 */
export interface ImportOutcomes {
  firstImport: Int32Array;
  kinds: Uint8Array;
  firstTarget: Int32Array;
  targets: Int32Array;
}

export const OutcomeKind = { resolved: 0, external: 1, unresolved: 2 } as const;

/** Form of an import that is gone when the program runs (`import type` of TypeScript). */
const TYPE_ONLY = "type";

/** Resolves every import of the project and connects its files. The order of the files given does not matter. */
export function buildGraph(input: ProjectInput): Graph {
  const project = new ProjectIndex(input);
  const strategyOf = input.strategyOf ?? ((id: string) => languageById(id)?.resolution.strategy);
  const resolved = resolveAll(project, strategyOf);
  const { groups, files } = project;
  const nodes = files.length + groups.length;
  const { from, to, proving } = resolved;
  groups.forEach((group, at) => {
    for (const member of group.members) {
      from.push(files.length + at);
      to.push(member);
      proving.push(true);
    }
  });
  const isProof = (node: number): boolean =>
    node < files.length || groups[node - files.length]!.kind === "package";
  const isExact = (edge: number): boolean => proving[edge]! && isProof(from[edge]!) && isProof(to[edge]!);
  const out = fromPairs(nodes, from, to);
  const components = stronglyConnected(
    fromPairs(
      nodes,
      from.filter((_, edge) => isExact(edge)),
      to.filter((_, edge) => isExact(edge)),
    ),
  );
  return {
    files,
    groups,
    out,
    in: reverse(out),
    components,
    layers: layersOf(out, stronglyConnected(out), files.length),
    external: resolved.external,
    imports: resolved.imports,
    outcomes: resolved.outcomes,
  };
}

interface Resolved {
  from: number[];
  to: number[];
  /** Per edge: whether the importing file uses what it imports, when it runs. */
  proving: boolean[];
  external: ExternalModule[];
  imports: Graph["imports"];
  outcomes: ImportOutcomes;
}

function resolveAll(project: ProjectIndex, strategyOf: (language: string) => Strategy | undefined): Resolved {
  const { files } = project;
  const resolve = makeResolver(project, strategyOf);
  const firstImport = new Int32Array(files.length + 1);
  files.forEach((file, number) => (firstImport[number + 1] = firstImport[number]! + file.imports.length));
  const total = firstImport[files.length]!;
  const kinds = new Uint8Array(total);
  const firstTarget = new Int32Array(total + 1);
  const from: number[] = [];
  const to: number[] = [];
  const proving: boolean[] = [];
  const imports = { resolved: 0, external: 0, unresolved: 0 };
  const external = new Map<string, ExternalModule & { last: number }>();
  files.forEach((file, number) => {
    file.imports.forEach((imported, at) => {
      const outcome = resolve(number, imported);
      const place = firstImport[number]! + at;
      kinds[place] = OutcomeKind[outcome.kind];
      imports[outcome.kind]++;
      if (outcome.kind === "resolved") {
        for (const target of outcome.targets) {
          from.push(number);
          to.push(target);
          proving.push(outcome.holds !== true && imported.form !== TYPE_ONLY);
        }
      } else if (outcome.kind === "external") {
        count(external, strategyOf(file.language)!, outcome.name, number);
      }
      firstTarget[place + 1] = to.length;
    });
  });
  return {
    from,
    to,
    proving,
    imports,
    external: [...external.values()]
      .map(({ strategy, name, imports, files }) => ({ strategy, name, imports, files }))
      .sort((a, b) => b.files - a.files || b.imports - a.imports || (key(a) < key(b) ? -1 : 1)),
    outcomes: { firstImport, kinds, firstTarget, targets: Int32Array.from(to) },
  };
}

function count(
  into: Map<string, ExternalModule & { last: number }>,
  strategy: Strategy,
  name: string,
  file: number,
): void {
  let one = into.get(key({ strategy, name }));
  if (one === undefined) {
    one = { strategy, name, imports: 0, files: 0, last: -1 };
    into.set(key(one), one);
  }
  one.imports++;
  if (one.last !== file) one.files++;
  one.last = file;
}

function key({ strategy, name }: { strategy: Strategy; name: string }): string {
  return `${name}\0${strategy}`;
}
