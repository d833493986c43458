import type {
  ExportRule,
  FunctionRole,
  ImportRole,
  LanguageData,
  SymbolRole,
  ValueRole,
} from "../language.ts";
import type { FieldPath } from "./field-path.ts";

/*
 * A language's data, turned into tables by symbol number. Most nodes have no role at all, so the main loop asks
 * one array and goes on.
 */

export interface Condition {
  parents: ReadonlySet<number> | undefined;
  notParents: ReadonlySet<number> | undefined;
  field: number;
  has: number;
  hasNot: number;
  unless: { field: number; text: string } | undefined;
  with: FieldPath | undefined;
  without: FieldPath | undefined;
  /** 0 = the whole node. */
  only: number;
}

export interface CompiledFunction {
  role: FunctionRole;
  name: FieldPath | undefined;
  nameFrom: ReadonlyMap<number, FieldPath>;
  nameThrough: ReadonlySet<number>;
  parents: ReadonlySet<number> | undefined;
  needs: FieldPath | undefined;
  nestedNeeds: FieldPath | undefined;
  parameters: FieldPath | undefined;
  notParameters: ReadonlySet<number>;
  parameterTokens: ReadonlySet<number>;
  parameterNames: ReadonlyMap<number, number>;
  body: FieldPath | undefined;
  receiver: FieldPath | undefined;
  receiverName: FieldPath | undefined;
  kindByToken: ReadonlyMap<number, FunctionRole["kind"]>;
}

export interface CompiledSymbol {
  role: SymbolRole;
  name: FieldPath;
  body: FieldPath | undefined;
  kindPath: FieldPath | undefined;
  kindBy: ReadonlyMap<number, string>;
  restOfFileWithout: number;
}

export interface CompiledTexts {
  within: number;
  texts: readonly string[];
}

export interface CompiledPatterns {
  kinds: ReadonlySet<number>;
  withoutFields: ReadonlySet<number>;
}

export interface CompiledValue {
  role: ValueRole;
  name: FieldPath;
  patterns: CompiledPatterns | undefined;
  tokens: ReadonlySet<number> | undefined;
  only: CompiledTexts | undefined;
  unless: CompiledTexts | undefined;
  needs: number;
  pattern: RegExp | undefined;
  parents: ReadonlySet<number> | undefined;
  grandparents: ReadonlySet<number> | undefined;
}

export interface CompiledImport {
  role: ImportRole;
  source: FieldPath;
  unwrap: ReadonlyMap<number, FieldPath>;
  callee: FieldPath | undefined;
  without: number;
  members: FieldPath | undefined;
  strip: RegExp | undefined;
  formByToken: ReadonlyMap<number, string>;
}

export interface CompiledCall {
  callee: number;
  receiver: number;
  arguments: number;
}

export interface CompiledExport {
  rule: ExportRule;
  kinds: ReadonlySet<number>;
  within: number;
  /** Types whose members are as visible as the type: kind → field it must have, or 0. */
  publicIn: ReadonlyMap<number, number>;
  /** Kinds that are as visible as the type around them. */
  asType: ReadonlySet<number>;
  hidden: RegExp | undefined;
  /** Texts below `within` that hide what another rule shows. */
  hidingTexts: readonly string[];
  lists: ReadonlyMap<number, FieldPath>;
  hiddenIn: ReadonlySet<number>;
  notBelow: ReadonlySet<number>;
  /** Kind → field without which everything below is hidden. */
  hiddenBelowUnnamed: ReadonlyMap<number, number>;
}

export interface CompiledLanguage {
  data: LanguageData;
  /** By symbol: bits of `Role`. */
  roles: Uint32Array;
  /** Names of the kinds that import data mentions. */
  kindNames: ReadonlyMap<number, string>;
  functions: ReadonlyMap<number, CompiledFunction>;
  types: ReadonlyMap<number, CompiledSymbol>;
  values: ReadonlyMap<number, readonly CompiledValue[]>;
  imports: ReadonlyMap<number, readonly CompiledImport[]>;
  modules: ReadonlyMap<number, FieldPath>;
  calls: ReadonlyMap<number, CompiledCall>;
  /** Places with conditions; a symbol with a role and no entry has it everywhere. */
  detached: Places;
  decisions: Places;
  structures: Places;
  nests: Places;
  flat: Places;
  elseIf: Places;
  /** The field named `condition`, 0 if the grammar has none. */
  conditionField: number;
  /** Number of node kinds, named or not. */
  symbols: number;
  /** Kind that makes a literal no single value, or 0. */
  interpolation: number;
  wrapperKinds: ReadonlySet<number> | undefined;
  exported: CompiledExport;
}

export type Places = ReadonlyMap<number, readonly Condition[]>;
