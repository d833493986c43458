/**
 * What the rule engine has to know about a language besides its grammar: data, like `LanguageData`. Kinds and field
 * paths are written as there; `compile-syntax.ts` turns them into tables.
 */
export interface RuleSyntax {
  /** Text around a fragment that makes a whole file of it. The first that parses without an error is taken. */
  wrappers: readonly (readonly [before: string, after: string])[];
  /** How metavariables and `...` are written so that the grammar takes them for a name. */
  spelling: Spelling;
  /** Kinds that say nothing when they hold one thing: parentheses, argument wrappers, statements of an expression. */
  transparent: readonly string[];
  /** Kinds that exist only where they hold something: with nothing but `...` inside they vanish from a pattern. */
  vanishing?: readonly string[];
  /** What code may have where a pattern has not: kinds, tokens in quotes, or fields with a colon behind. */
  optional?: readonly string[];
  /** Kinds of which a pattern may name some children, in any order: modifiers, attributes. */
  subsets?: readonly string[];
  /** Kinds that are the same to a pattern; the first stands for all. */
  same?: readonly (readonly string[])[];
  /** Parameters and the like: a pattern that is not of that kind is about the name in it. */
  named?: Readonly<Record<string, string>>;
  strings: readonly string[];
  /** `a.b`: kinds that make a dotted name, with the fields of both sides. */
  members: Readonly<Record<string, readonly [object: string, name: string]>>;
  /** `name=value` in arguments, literals and records: in any order. Kind → path of the key. */
  entries?: Readonly<Record<string, string>>;
  /** `target = value`, also in declarations. */
  assignments: Readonly<Record<string, AssignmentRole>>;
  calls: Readonly<Record<string, CallSyntax>>;
  /** Where a name gets a type. Kind → paths of the type and of the name. */
  declarations?: Readonly<Record<string, readonly [type: string, name: string]>>;
  flow: FlowSyntax;
}

export interface Spelling {
  /** `@` stands for the name. The first that makes the pattern parse is taken. */
  metavariables: readonly string[];
  /** Where `...` stands in the place of statements; the first that parses is taken. */
  statements: readonly string[];
  /** Where it stands between parentheses or commas. */
  elements: readonly string[];
  /** Names of types start with a capital, others do not (Ruby). */
  capitalised?: true;
}

export interface AssignmentRole {
  target: string;
  value: string;
  /** Only with this operator; others combine the old value with the new one. */
  operator?: string;
  /** Adds to what the target held. */
  augmented?: true;
}

export interface CallSyntax {
  /** The called thing where it is one node. */
  callee?: string;
  /** Where object and name stand in fields of the call. */
  receiver?: string;
  name?: string;
  arguments: string;
}

/** What taint has to know besides. */
export interface FlowSyntax {
  /** `return x`, `yield x`. */
  returns: readonly string[];
  /** What ends a branch. */
  jumps: readonly string[];
  /** Nodes of which some children may not be executed. */
  branches: readonly string[];
  /** Fields of such a node that hold an arm, and kinds that are one. */
  armFields: readonly string[];
  armKinds: readonly string[];
  loops: readonly string[];
  /** `for x in y`: kind → paths of what is given a value and of what it is taken from. */
  iterations: Readonly<Record<string, readonly [target: string, source: string]>>;
  /** The operator that puts its right side into its left one. */
  putToken?: string;
  /** The token in front of what a branch asks, where that stands in no field `condition`. */
  conditionToken?: string;
  /** Operators whose result carries nothing of what they compare. */
  comparisons: readonly string[];
  /** `a[i]`. Kind → path of the container. */
  subscripts: Readonly<Record<string, string>>;
}
