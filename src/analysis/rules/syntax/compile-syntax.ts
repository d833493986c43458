import type { Language } from "web-tree-sitter";
import { compilePath, fieldId, type FieldPath, kindId } from "../../measure/field-path.ts";
import { ERROR_SYMBOL } from "../../parse/flat-tree.ts";
import { BLOCK, CONCATENATIONS, NAME, NUMBER, PUNCTUATION, QUOTES, STRING_PARTS } from "./common.ts";
import { ruleSyntax } from "./index.ts";
import type { RuleSyntax } from "./syntax.ts";

/** What a kind is to the engine, as bits by symbol. */
export const Is = {
  /** Takes part in comparing; punctuation and comments do not. */
  significant: 1 << 0,
  named: 1 << 1,
  transparent: 1 << 2,
  optional: 1 << 3,
  name: 1 << 4,
  number: 1 << 5,
  string: 1 << 6,
  stringPart: 1 << 7,
  concatenation: 1 << 8,
  member: 1 << 9,
  entry: 1 << 10,
  assignment: 1 << 11,
  call: 1 << 12,
  subset: 1 << 13,
  vanishing: 1 << 14,
  namedParameter: 1 << 15,
  declaration: 1 << 16,
  branch: 1 << 17,
  arm: 1 << 18,
  loop: 1 << 19,
  jump: 1 << 20,
  return: 1 << 21,
  comparison: 1 << 22,
  subscript: 1 << 23,
  iteration: 1 << 24,
  function: 1 << 25,
  block: 1 << 26,
} as const;

export interface CompiledAssignment {
  target: FieldPath;
  /** Undefined: the last named child. */
  value: FieldPath | undefined;
  /** Symbol of the only operator that counts, or 0. */
  operator: number;
  augmented: boolean;
}

export interface CompiledCall {
  callee: FieldPath | undefined;
  receiver: FieldPath | undefined;
  name: FieldPath | undefined;
  arguments: FieldPath;
}

export interface CompiledSyntax {
  id: string;
  data: RuleSyntax;
  language: Language;
  is: Uint32Array;
  /** By symbol: the symbol that stands for it and others. */
  canonical: Uint16Array;
  optionalFields: ReadonlySet<number>;
  /** Undefined: the first child. */
  named: ReadonlyMap<number, FieldPath | undefined>;
  members: ReadonlyMap<number, readonly [FieldPath, FieldPath]>;
  entries: ReadonlyMap<number, FieldPath>;
  assignments: ReadonlyMap<number, CompiledAssignment>;
  calls: ReadonlyMap<number, CompiledCall>;
  declarations: ReadonlyMap<number, readonly [FieldPath, FieldPath]>;
  iterations: ReadonlyMap<number, readonly [FieldPath, FieldPath]>;
  subscripts: ReadonlyMap<number, FieldPath>;
  armFields: ReadonlySet<number>;
  /** 0: the grammar has none. */
  conditionField: number;
  /** Where the value of a choice stands whose condition holds. */
  valueFields: ReadonlySet<number>;
  conditionToken: string;
  /** 0: there is none. */
  putToken: number;
  /** Every symbol of leaves that are names. */
  nameSymbols: readonly number[];
  stringSymbols: readonly number[];
  assignmentSymbols: readonly number[];
}

/** Throws an UnknownKindError when the data names a kind or field that the grammar has not. */
export function compileSyntax(id: string, language: Language, functions: readonly string[]): CompiledSyntax {
  const data = ruleSyntax(id);
  if (data === undefined) throw new Error(`there is no rule syntax for ${id}`);
  const is = new Uint32Array(1 << 16);
  const canonical = Uint16Array.from({ length: 1 << 16 }, (_, symbol) => symbol);
  for (let symbol = 0; symbol < language.nodeTypeCount; symbol++) {
    const kind = language.nodeTypeForId(symbol);
    if (kind === null) continue;
    is[symbol]! |= language.nodeTypeIsNamed(symbol) ? namedBits(kind) : tokenBits(kind, data);
  }
  is[ERROR_SYMBOL] = Is.significant | Is.named;
  const mark = (kinds: Iterable<string> | undefined, bit: number): void => {
    for (const kind of kinds ?? []) is[kindId(language, kind)]! |= bit;
  };
  const optional = data.optional ?? [];
  mark(data.transparent, Is.transparent);
  mark(data.vanishing, Is.vanishing);
  mark(data.subsets, Is.subset);
  mark(data.strings, Is.string);
  mark(
    optional.filter((one) => !one.endsWith(":")),
    Is.optional,
  );
  for (const [first = "", ...others] of data.same ?? [])
    for (const other of others) canonical[kindId(language, other)] = kindId(language, first);

  const { flow } = data;
  mark(flow.branches, Is.branch);
  mark(flow.armKinds, Is.arm);
  mark(flow.loops, Is.loop);
  mark(flow.jumps, Is.jump);
  mark(flow.returns, Is.return);
  mark(functions, Is.function);
  const table = <T>(record: Readonly<Record<string, T>> | undefined, bit: number): [number, T][] =>
    Object.entries(record ?? {}).map(([kind, value]) => {
      const symbol = kindId(language, kind);
      is[symbol]! |= bit;
      return [symbol, value];
    });
  const path = (text: string): FieldPath => compilePath(language, text);
  const fields = (names: readonly string[]): Set<number> =>
    new Set(names.map((name) => language.fieldIdForName(name)).filter((field) => field !== null));
  const pair = ([a, b]: readonly [string, string]): readonly [FieldPath, FieldPath] => [path(a), path(b)];

  const compiled = {
    id,
    data,
    language,
    is,
    canonical,
    optionalFields: new Set(
      optional.filter((one) => one.endsWith(":")).map((one) => fieldId(language, one.slice(0, -1))),
    ),
    named: mapped(table(data.named, Is.namedParameter), (text) =>
      text === "#first" ? undefined : path(text),
    ),
    members: mapped(table(data.members, Is.member), pair),
    entries: mapped(table(data.entries, Is.entry), path),
    assignments: mapped(table(data.assignments, Is.assignment), (role): CompiledAssignment => ({
      target: path(role.target),
      value: role.value === "#last" ? undefined : path(role.value),
      operator: role.operator === undefined ? 0 : kindId(language, `'${role.operator}'`),
      augmented: role.augmented === true,
    })),
    calls: mapped(table(data.calls, Is.call), (role): CompiledCall => ({
      callee: role.callee === undefined ? undefined : path(role.callee),
      receiver: role.receiver === undefined ? undefined : path(role.receiver),
      name: role.name === undefined ? undefined : path(role.name),
      arguments: path(role.arguments),
    })),
    declarations: mapped(table(data.declarations, Is.declaration), pair),
    iterations: mapped(table(flow.iterations, Is.iteration), pair),
    subscripts: mapped(table(flow.subscripts, Is.subscript), path),
    armFields: fields(flow.armFields),
    conditionField: language.fieldIdForName("condition") ?? 0,
    valueFields: fields(["consequence", "body"]),
    conditionToken: flow.conditionToken ?? "",
    putToken: flow.putToken === undefined ? 0 : kindId(language, `'${flow.putToken}'`),
  };
  const symbolsWith = (bit: number): number[] => [...is.keys()].filter((symbol) => is[symbol]! & bit);
  return {
    ...compiled,
    nameSymbols: symbolsWith(Is.name),
    stringSymbols: symbolsWith(Is.string),
    assignmentSymbols: [...compiled.assignments]
      .filter(([, one]) => !one.augmented)
      .map(([symbol]) => symbol),
  };
}

function namedBits(kind: string): number {
  return (
    (QUOTES.has(kind) ? 0 : Is.significant) |
    Is.named |
    (BLOCK.test(kind) ? Is.block : 0) |
    (NAME.test(kind) ? Is.name : 0) |
    (NUMBER.test(kind) ? Is.number : 0) |
    (STRING_PARTS.has(kind) ? Is.stringPart : 0) |
    (CONCATENATIONS.has(kind) ? Is.concatenation : 0)
  );
}

function tokenBits(kind: string, data: RuleSyntax): number {
  return (
    (PUNCTUATION.has(kind) ? 0 : Is.significant) |
    (data.flow.comparisons.includes(kind) ? Is.comparison : 0) |
    (data.optional?.includes(`'${kind}'`) === true ? Is.optional : 0)
  );
}

function mapped<T, U>(entries: readonly (readonly [number, T])[], turn: (value: T) => U): Map<number, U> {
  return new Map(entries.map(([symbol, value]) => [symbol, turn(value)]));
}
