/**
 * What a language is to caelum: data, no code. Every kind below is a node kind of the language's tree-sitter
 * grammar; a kind in single quotes (`'&&'`) means the anonymous token with that text. The engine
 * (`facts/`) reads nothing else, so adding a language means writing one of these. docs/adding-a-language.md
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

  /** Nodes that are functions of their own: measured, listed. */
  functions: Readonly<Record<string, FunctionRole>>;
  /** Nodes whose decisions belong to nobody around them (class static blocks, field initialisers). Not listed. */
  detached?: readonly Place[];
  /** Types and other containers: `class`, `interface`, `struct`, `enum`, `namespace`. */
  types: Readonly<Record<string, SymbolRole>>;
  /** Named values worth listing when they stand at the top of a file or of a type: constants, top-level variables. */
  values?: Readonly<Record<string, ValueRole>>;

  /** Each adds 1 to cyclomatic complexity. */
  decisions: readonly Place[];
  /** Short-circuit operators: each adds 1 to cyclomatic; each run of the same one adds 1 to cognitive. */
  logical: { nodes: readonly string[]; operators: readonly string[] };
  cognitive: {
    /** `if`-like: +1 and nesting, unless it is an else-if (see `elses`); nests. Condition field is not nested. */
    ifs: readonly string[];
    /** Loops, switches, catches, ternaries: +1 and nesting; nests. */
    structures: readonly Place[];
    /** +1 flat: `elif` clauses, `else`, labelled jumps, goto. */
    flat: readonly Place[];
    /**
     * An `if` in one of these places continues the chain above it: the `else` already added its 1, so the `if`
     * itself adds nothing and does not nest deeper than the first `if` of the chain.
     */
    elseIf: readonly Place[];
    /** Parentheses that do not break a run of logical operators. */
    parentheses: readonly string[];
  };
  /** How calls are written, to see direct recursion: node kind → field of the callee. */
  calls: Readonly<Record<string, string>>;

  imports: readonly ImportRole[];
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
      /** Only when it stands directly in front of its parent's end (a last `else`-like arm) etc. is not expressible: keep data simple. */
    };

export interface FunctionRole {
  kind: "function" | "method" | "constructor" | "getter" | "setter" | "lambda";
  /**
   * Where the name stands: fields from the node down (`declarator.declarator`), a field being tried on each
   * level; `*` repeats the last field as long as it exists (C declarators). Absent: nameless, named after the
   * variable, property or argument it is given to (see `nameFrom`).
   */
  name?: string;
  /** For nameless ones: parent kind → field that holds the name (`variable_declarator` → `name`). */
  nameFrom?: Readonly<Record<string, string>>;
  /** Field path of the parameter list; its named children that are not comments are counted. */
  parameters?: string;
  /** Kinds inside the parameter list that are not parameters (Python's `*` and `/` separators). */
  notParameters?: readonly string[];
  /** A parameter node that declares several names: kind → kind of a name (Go `a, b int`). */
  parameterNames?: Readonly<Record<string, string>>;
  /** Field that must exist: without it the node is a declaration, not a function (C prototypes, abstract methods). */
  body?: string;
  /** Kind inside a type container: `method` instead of `function`. */
  inType?: "method";
  /** Field that holds a receiver type, which becomes the container (Go). */
  receiver?: string;
  /** A direct anonymous child makes it another kind: `get` → getter. */
  kindByToken?: Readonly<Record<string, FunctionRole["kind"]>>;
  /** Names that make it another kind: `constructor` → constructor. */
  kindByName?: Readonly<Record<string, FunctionRole["kind"]>>;
}

export interface SymbolRole {
  kind: string;
  name: string;
  /** Field that must exist (C `struct x;` declares nothing new). */
  body?: string;
  /** Contains functions without being a symbol itself (Rust `impl` blocks: name is the type). */
  containerOnly?: boolean;
}

export interface ValueRole {
  kind: "constant" | "variable" | "field";
  /** Field path of the name. */
  name: string;
  /** Only if one of these anonymous tokens or kinds is a direct child of the node or of its parent (`const`). */
  tokens?: readonly string[];
  /** Only names of this form (Python, Ruby: `^[A-Z][A-Z0-9_]*$`). */
  pattern?: string;
  /** Only directly below these kinds (top level, class body). */
  parents: readonly string[];
}

export interface ImportRole {
  /** Node kind of the import. */
  kind: string;
  /** Field path, or kind of the descendants, that holds the text: `source`; `>dotted_name` takes every such child. */
  source: string;
  /** For calls: the callee text must be one of these (`require`, `import`). */
  callee?: { field: string; names: readonly string[] };
  /** Joined before the source with `join`: Python's `from X import Y` yields `X` and `X.Y` candidates. */
  members?: { source: string; join: string };
  /** Constant name of how it is written, given to the resolver: `require_relative`, `mod`, `system`. */
  form?: string;
}

export type ExportRule =
  | { rule: "ancestor"; kinds: readonly string[]; alsoListedIn?: readonly string[] }
  | { rule: "tokens"; tokens: readonly string[]; within?: string }
  | { rule: "unless-tokens"; tokens: readonly string[]; within?: string }
  | { rule: "capital" }
  | { rule: "no-underscore" }
  | { rule: "all" };

/** Which of the resolvers in `graph/resolve/` maps an import to a file of the project, and its parameters. */
export interface Resolution {
  strategy:
    | "javascript"
    | "python"
    | "go"
    | "rust"
    | "java"
    | "c"
    | "csharp"
    | "php"
    | "ruby"
    | "bash";
  /** Languages whose files an import may reach (TypeScript reaches JavaScript). */
  reaches?: readonly string[];
}
