/** What a file gives to others and takes from them by name (JavaScript, TypeScript, Python). */
export interface NameFacts {
  exports?: ExportedName[];
  /** What it takes from what it imports; of each module once. */
  takes?: TakenNames[];
  /** Names of others that it exports again. */
  passes?: PassedName[];
  /** Folders, from its own (``: that one), of what it imports by names that only the running program knows. */
  loads?: string[];
}

export type ExportKind = "function" | "class" | "type" | "enum" | "value" | "namespace";

export interface ExportedName {
  /** As others import it; `default` where it has no other name. */
  name: string;
  line: number;
  kind: ExportKind;
  /** The file itself uses it, too. */
  usedHere?: true;
}

export interface TakenNames {
  /** The module as it is written in the import. */
  raw: string;
  /** `*`: everything, or nobody can tell what. */
  names: string[];
}

/** `export { from as name } from "raw"`; both `*` for `export * from "raw"`. */
export interface PassedName {
  raw: string;
  from: string;
  name: string;
  line: number;
}

export const EVERYTHING = "*";
