import type { ImportFacts } from "../facts.ts";
import type { Resolution } from "../language.ts";

export type Strategy = Resolution["strategy"];

/** What the graph needs to know of one file. Files without imports (manifests, data) belong in the list too. */
export interface ProjectFile {
  /** Relative to the project's root, with `/`. */
  path: string;
  /** Id of a language, or of a text language. */
  language: string;
  imports: readonly ImportFacts[];
  /** Declared packages or namespaces, in order of appearance. */
  modules: readonly string[];
  /** Names of the types that stand at the top of the file or of a namespace. */
  types: readonly string[];
  /** Modules written inside the file (Rust `mod tests { … }`); lines count from 1, `endLine` is inclusive. */
  inlineModules?: readonly InlineModule[];
}

export interface InlineModule {
  name: string;
  line: number;
  endLine: number;
}

export interface ProjectInput {
  /** Every file of the project. An import reaches these or nothing: the disk is not asked. */
  files: readonly ProjectFile[];
  /** Text of a file of the list; only manifests are read (`package.json`, `go.mod`, …). */
  readText: (path: string) => string | undefined;
  /** Absent: as the language data says. */
  strategyOf?: (language: string) => Strategy | undefined;
}

/**
 * Files that an import names as a whole.
 * - `package`: they are compiled as one, so the import reaches them all (a Go folder). Id: the folder with `/`.
 * - `namespace`: they share a name, and the import opens it without saying which of them it needs (C# `using`,
 *   Java `.*`). Id: `namespace:` and the name.
 * - `alternatives`: which one it is depends on how the project is built (`<asm/io.h>`). Id: `alternatives:` and
 *   what was written.
 */
export interface Group {
  id: string;
  kind: "package" | "namespace" | "alternatives";
  /** Numbers of files, ascending, at least two. */
  members: readonly number[];
}

/** Where an import leads. Targets are numbers of files or groups; an import of nothing new has none. */
export type Outcome =
  | {
      kind: "resolved";
      targets: readonly number[];
      /** The import declares a part of the importing module (Rust `mod x;`) and does not use it. */
      holds?: true;
    }
  /** Not the project's own; `name` is the package as its ecosystem calls it. */
  | { kind: "external"; name: string }
  /** Looks like the project's own, or cannot be read, and leads to no file of the project. */
  | { kind: "unresolved" };

/** `from` is the number of the importing file. */
export type Resolve = (from: number, imported: ImportFacts) => Outcome;
