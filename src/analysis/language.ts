/**
 * What a language is to caelum: data, no code. Every kind below is a node kind of the language's tree-sitter
 * grammar; a kind in single quotes (`'&&'`) means the anonymous token with that text. The engine
 * (`measure/`) reads nothing else, so adding a language means writing one of these. docs/adding-a-language.md
 * walks through it.
 */
export interface LanguageData {
  /** Stable id used in reports, caches and `--language`: `python`. */
  id: string;
  /** For people: `Python`. */
  name: string;
  /** File in `grammars/`, without `.wasm.gz`: `tree-sitter-python`. */
  grammar: string;
  /** With the dot, lower case. */
  extensions: readonly string[];
  /** Whole file names: `Rakefile`. */
  fileNames?: readonly string[];
  /** Programs named in `#!` lines. */
  interpreters?: readonly string[];

  comments: readonly string[];
  /** Nodes that hold one value and whose inner leaves are not tokens of their own (plain string literals). */
  literals: readonly string[];
  /** A literal with a direct child of this kind is no single value: what is inside counts (Python's f-strings). */
  interpolation?: string;

  /** Nodes that are functions of their own: measured, listed. */
  functions: Readonly<Record<string, FunctionRole>>;
  /** Nodes whose decisions belong to nobody around them (class static blocks, field initialisers). Not listed. */
  detached?: readonly DetachedPlace[];
  /** Types and other containers: `class`, `interface`, `struct`, `enum`, `namespace`. */
  types: Readonly<Record<string, SymbolRole>>;
  /** Named values worth listing when they stand at the top of a file or of a type: constants, top-level variables. */
  /** Where a kind has several roles the first that fits is taken. */
  values?: Readonly<Record<string, ValueRole | readonly ValueRole[]>>;

  /** Each adds 1 to cyclomatic complexity. */
  decisions: readonly Place[];
  /** Short-circuit operators: each adds 1 to cyclomatic; each run of the same one adds 1 to cognitive. */
  logical: { nodes: readonly string[]; operators: readonly string[] };
  cognitive: {
    /** `if`-like: +1 and nesting, unless it is an else-if (see `elses`); nests. Condition field is not nested. */
    ifs: readonly string[];
    /** Loops, switches, catches, ternaries: +1 and nesting; nests. */
    structures: readonly Place[];
    /** Nests without adding anything and without being a control structure: blocks given to a method (Ruby). */
    nests?: readonly Place[];
    /** +1 flat: `elif` clauses, `else`, labelled jumps, goto. */
    flat: readonly Place[];
    /**
     * An `if` in one of these places continues the chain above it: the `else` already added its 1, so the `if`
     * itself adds nothing and does not nest deeper than the first `if` of the chain.
     */
    elseIf: readonly Place[];
    /** Parentheses that do not break a run of logical operators. */
    parentheses: readonly string[];
    /**
     * Functions that only wrap others do not deepen them (white paper, "compensating usages"): `no-structure`
     * = it has no control structure of its own (JavaScript), or its body holds only these kinds (Python
     * decorators).
     */
    wrapper?: "no-structure" | readonly string[];
  };
  /** How calls are written, to see direct recursion. */
  calls: Readonly<Record<string, CallRole>>;
  /** What `a.b()` may stand for when a method calls itself: `this.`, `self.`, `Self::`. */
  selfPrefixes?: readonly string[];
  /** `f()` inside a method `f` calls another function, because a method is only reached through a prefix. */
  bareCallsAreFunctions?: boolean;

  imports: readonly ImportRole[];
  /** The package or namespace a file declares: path from a node of that kind to its name. */
  module?: Readonly<Record<string, string>>;
  exported: ExportRule;
  resolution: Resolution;
}

/** A node kind, or one with a condition on where it stands. */
export type Place =
  | string
  | {
      kind: string;
      /** Only below one of these parents. */
      parents?: readonly string[];
      /** Not below one of these. */
      notParents?: readonly string[];
      /** Only when it is this field of its parent. */
      field?: string;
      /** Only when it has a direct child of this kind. */
      has?: string;
      /** Only when it has no direct child of this kind. */
      hasNot?: string;
      /** Not when its child in this field is written like this: the default label of a shell's `case`. */
      unless?: { field: string; text: string };
      /** Only when this path leads somewhere: `pattern.condition`. */
      with?: string;
      /** Only when this path leads nowhere: `>case_pattern.>'_'`. */
      without?: string;
    };

/** `only`: not the whole node but its child in this field (`value` of a class's field, not its decorators). */
export type DetachedPlace = Place | (Exclude<Place, string> & { only: string });

export interface FunctionRole {
  kind: "function" | "method" | "constructor" | "getter" | "setter" | "lambda";
  /**
   * Where the name stands: fields from the node down (`declarator.declarator`), a field being tried on each
   * level; `*` repeats the last field as long as it exists (C declarators). Where it leads nowhere, the
   * function is named after the variable or property it is given to (see `nameFrom`).
   */
  name?: string;
  /** For nameless ones: parent kind → field that holds the name (`variable_declarator` → `name`). */
  nameFrom?: Readonly<Record<string, string>>;
  /** Kinds between a nameless one and the parent that names it (C# accessor lists). */
  nameThrough?: readonly string[];
  /** Stands in front of the name: `~` of a destructor. */
  prefix?: string;
  /** Only below one of these parents. */
  parents?: readonly string[];
  /** Only when this path leads somewhere: what a grammar takes for a function has no function's declarator. */
  needs?: string;
  /** The same for what stands inside a function. */
  nestedNeeds?: string;
  /** Field path of the parameter list; its named children that are not comments are counted. */
  parameters?: string;
  /** Kinds inside the parameter list that are not parameters (Python's `*` and `/` separators). */
  notParameters?: readonly string[];
  /** Anonymous tokens that are parameters (`_` of a Rust closure). */
  parameterTokens?: readonly string[];
  /** A parameter node that declares several names: kind → kind of a name (Go `a, b int`). */
  parameterNames?: Readonly<Record<string, string>>;
  /** Field that must exist: without it the node is a declaration, not a function (C prototypes, abstract methods). */
  body?: string;
  /** Whether it is a symbol: `always` = also without a body (abstract methods); `never` = something else lists it. */
  listed?: "always" | "never";
  /** Kind inside a type container: `method` instead of `function`. */
  inType?: "method";
  /** Field that holds a receiver type, which becomes the container (Go). */
  receiver?: string;
  /** Path of the receiver's name: `s.f()` inside `func (s T) f()` is recursion (Go). */
  receiverName?: string;
  /** A direct anonymous child makes it another kind: `get` → getter. */
  kindByToken?: Readonly<Record<string, FunctionRole["kind"]>>;
  /** Names that make it another kind: `constructor` → constructor. */
  kindByName?: Readonly<Record<string, FunctionRole["kind"]>>;
  /** Where the name is found a return type may stand before it (C++ behind an unknown macro). */
  typeMayPrecedeName?: boolean;
  /** Names that no function has: keywords that a grammar takes for one in broken text. */
  notNames?: readonly string[];
  /** A constructor has the name of its type (C++). */
  constructorHasTypeName?: boolean;
}

export interface CallRole {
  /** Field of the callee. */
  callee: string;
  /** Field that names another object: if it is there, and is not `this`, the call is not recursion. */
  receiver?: string;
  /** Field of the arguments, where a language overloads: a call with another number of them is another function. */
  arguments?: string;
}

export interface SymbolRole {
  /** `namespace` and `module` contain functions, the others methods. */
  kind: string;
  /** A kind told by what a path leads to: kind of that node → kind of the symbol (Go's `type T struct {…}`). */
  kindBy?: { path: string; kinds: Readonly<Record<string, string>> };
  name: string;
  /** Field that must exist (C `struct x;` declares nothing new). */
  body?: string;
  /** Contains functions without being a symbol itself (Rust `impl` blocks: name is the type). */
  containerOnly?: boolean;
  /** Without a child of this field it holds all that follows in the file (`namespace App;`). */
  restOfFileWithout?: string;
}

/** Looks at the texts of the direct children of one kind, such as modifiers. */
export interface ChildTexts {
  within: string;
  texts: readonly string[];
}

export interface ValueRole {
  kind: "constant" | "variable" | "field" | "property" | "type" | "macro";
  /** Field path of the name, or of all names (`[]`). */
  name: string;
  /** Where the path leads to one of these kinds, all names in it are meant, but for what stands in one of the fields. */
  patterns?: { kinds: readonly string[]; without?: readonly string[] };
  /** Only if one of these anonymous tokens or kinds is a direct child of the node or of its parent (`const`). */
  tokens?: readonly string[];
  /** Only names of this form (Python, Ruby: `^[A-Z][A-Z0-9_]*$`). */
  pattern?: string;
  /** Only if one of these texts is there. */
  only?: ChildTexts;
  /** Only if none of these texts is there. */
  unless?: ChildTexts;
  /** Field that must exist (a macro without a value is a guard). */
  needs?: string;
  /** Only directly below these kinds (top level, class body). Absent: wherever no function is around it. */
  parents?: readonly string[];
  /** And the parent only directly below these: `const` at the top of a file, not in a block of it. */
  grandparents?: readonly string[];
}

export interface ImportRole {
  /** Node kind of the import. */
  kind: string;
  /** Path of the node or nodes that hold the module text; quotes and angle brackets are taken off. */
  source: string;
  /** Kinds that wrap the text proper: kind → path inside (`aliased_import` → `name`). */
  unwrap?: Readonly<Record<string, string>>;
  /** For calls: the callee's text must be one of these (`require`). */
  callee?: { path: string; names: readonly string[] };
  /** Field that must be absent (Rust `mod x { … }` imports nothing). */
  without?: string;
  /** Path of further names the statement takes from the module (`from pkg import module`). */
  members?: string;
  /** Regular expression taken off the text wherever it matches. */
  strip?: string;
  /** How it is written, where that decides what it means: `require_relative`, `mod`, `system`. */
  form?: string;
  /** The same by kind of the source node (`system_lib_string` → `system`) or by callee text. */
  formBy?: Readonly<Record<string, string>>;
  /** The same by a direct child of the import, or of the source's clause, of this kind: `'static'` → `static`. */
  formByToken?: Readonly<Record<string, string>>;
}

/** Whether a symbol can be seen from outside its file. */
export type ExportRule =
  /**
   * Below one of these kinds (`export_statement`), or named in one of the `lists` (kind of the specifier → path
   * of the name), unless its name has the form `hidden` (`^#`) or one of the texts of `unless` stands in it.
   */
  | {
      rule: "ancestor";
      kinds: readonly string[];
      lists?: Readonly<Record<string, string>>;
      hidden?: string;
      unless?: { texts: readonly string[]; within: string };
    }
  /**
   * One of these tokens or kinds is a direct child, or a child of a direct child of kind `within`. Members of
   * the types in `publicIn` (interfaces, traits; blocks that have a field: `impl Trait for`) are as visible as it.
   */
  | {
      rule: "tokens";
      tokens: readonly string[];
      within?: string;
      publicIn?: readonly (string | { kind: string; field: string })[];
      /** Kinds that have no word of their own and are as visible as the type around them: constants of enums. */
      asType?: readonly string[];
    }
  /** None of these texts stands in a direct child of kind `within` (C `static`, PHP `private`). */
  | {
      rule: "unless-texts";
      texts: readonly string[];
      within: string;
      /** Texts that outweigh those and the default of `hiddenIn` (C# `protected internal`). */
      shown?: readonly string[];
      /** Types whose members are hidden unless a text shows them (C# classes). */
      hiddenIn?: readonly string[];
      /** The texts mean something else anywhere below these kinds (C++ `static` members). */
      notBelow?: readonly string[];
      /** Hidden anywhere below such a kind that lacks the field: C++ anonymous namespaces. */
      hiddenBelowUnnamed?: Readonly<Record<string, string>>;
    }
  /** First letter of the name (Go). */
  | { rule: "capital" }
  /** Name does not start with `_` (Python). */
  | { rule: "no-underscore" }
  | { rule: "all" };

/** Which of the resolvers in `graph/resolve/` maps an import to a file of the project, and its parameters. */
export interface Resolution {
  strategy: "javascript" | "python" | "go" | "rust" | "java" | "c" | "csharp" | "php" | "ruby" | "bash";
  /** Languages whose files an import may reach (TypeScript reaches JavaScript). */
  reaches?: readonly string[];
}
