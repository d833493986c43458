import type { PageModel } from "./page-model.ts";

/** The data of the page with what is asked of them again and again. */
export class Model {
  readonly data: PageModel;
  /** Number of a file by its path. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Number of the cycle that a file is in. */
  readonly cycleOf: ReadonlyMap<number, number>;
  #edges: { out: number[][]; back: number[][] } | undefined;
  #lowerPaths: readonly string[] | undefined;

  constructor(data: PageModel) {
    this.data = data;
    this.numbers = new Map(data.files.path.map((one, number) => [one, number]));
    this.cycleOf = new Map(
      data.cycles.flatMap(({ files }, number) => files.map((file) => [file, number] as const)),
    );
  }

  /** Files that a file imports. */
  dependsOn(file: number): readonly number[] {
    return this.#both().out[file]!;
  }

  dependedOnBy(file: number): readonly number[] {
    return this.#both().back[file]!;
  }

  path(file: number): string {
    return this.data.files.path[file] ?? "(a file that was left out)";
  }

  /** All paths in small letters, to be searched. */
  get lowerPaths(): readonly string[] {
    return (this.#lowerPaths ??= this.data.files.path.map((path) => path.toLowerCase()));
  }

  /** Made when the first file is opened: there may be hundreds of thousands. */
  #both(): { out: number[][]; back: number[][] } {
    if (this.#edges === undefined) {
      const { edges, files } = this.data;
      const out: number[][] = files.path.map(() => []);
      const back: number[][] = files.path.map(() => []);
      for (let at = 0; at < edges.length; at += 2) {
        out[edges[at]!]!.push(edges[at + 1]!);
        back[edges[at + 1]!]!.push(edges[at]!);
      }
      this.#edges = { out, back };
    }
    return this.#edges;
  }
}

/** The data stand in the page compressed. */
export async function readModel(): Promise<Model> {
  const text = atob(document.getElementById("data")!.textContent.trim());
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Model((await new Response(stream).json()) as PageModel);
}
