import type { FunctionRole, LanguageData, Place, ValueRole } from "../language.ts";

/** What names a function that has no name of its own. */
const javascriptNames: Readonly<Record<string, string>> = {
  variable_declarator: "name",
  assignment_expression: "left",
  assignment_pattern: "left",
  pair: "key",
};

const declaration: FunctionRole = {
  kind: "function",
  name: "name",
  parameters: "parameters",
  body: "body",
};

const lambda: FunctionRole = {
  kind: "lambda",
  name: "name",
  parameters: "parameters|parameter",
  body: "body",
};

/** Functions as JavaScript and TypeScript write them; their class fields are kinds of different names. */
export const javascriptFunctions = (
  fieldNames: Readonly<Record<string, string>>,
): Record<string, FunctionRole> => {
  const nameless: FunctionRole = { ...lambda, nameFrom: { ...javascriptNames, ...fieldNames } };
  return {
    function_declaration: declaration,
    generator_function_declaration: declaration,
    function_expression: nameless,
    generator_function: nameless,
    arrow_function: nameless,
    method_definition: {
      kind: "method",
      name: "name",
      parameters: "parameters",
      body: "body",
      kindByName: { constructor: "constructor" as const },
      kindByToken: { "'get'": "getter", "'set'": "setter" },
    },
  };
};

/** Variables at the top of a file; `const { a, b: [c] } = …` declares `a` and `c`. */
export const javascriptVariables = (grandparents: readonly string[]): readonly ValueRole[] => {
  const declarator = {
    name: "name",
    patterns: {
      kinds: [
        "object_pattern",
        "array_pattern",
        "pair_pattern",
        "rest_pattern",
        "assignment_pattern",
        "object_assignment_pattern",
      ],
      without: ["key", "right"],
    },
    grandparents,
  };
  return [
    { kind: "constant", ...declarator, tokens: ["'const'"], parents: ["lexical_declaration"] },
    { kind: "variable", ...declarator, parents: ["lexical_declaration", "variable_declaration"] },
  ];
};

/** What ESLint's `complexity` rule counts in its classic variant, besides `&&` and `||`. */
export const javascriptDecisions: readonly Place[] = [
  "catch_clause",
  "ternary_expression",
  "if_statement",
  "for_statement",
  "for_in_statement",
  "while_statement",
  "do_statement",
  "switch_case",
  "assignment_pattern",
  "object_assignment_pattern",
  "optional_chain",
  "'&&='",
  "'||='",
  "'??='",
  "'??'",
];

/** The decision set is ESLint's `complexity` rule in its classic variant. */
export const javascript: LanguageData = {
  id: "javascript",
  name: "JavaScript",
  grammar: "tree-sitter-javascript",
  extensions: [".js", ".mjs", ".cjs", ".jsx"],
  interpreters: ["node", "nodejs", "bun"],
  comments: ["comment", "html_comment", "hash_bang_line"],
  literals: ["string", "regex"],
  functions: javascriptFunctions({ field_definition: "property" }),
  detached: ["class_static_block", { kind: "field_definition", only: "value" }],
  types: {
    class_declaration: { kind: "class", name: "name", body: "body" },
    class: { kind: "class", name: "name", body: "body" },
  },
  values: {
    variable_declarator: javascriptVariables(["program", "export_statement"]),
    field_definition: { kind: "field", name: "property", tokens: ["'static'"], parents: ["class_body"] },
  },
  decisions: javascriptDecisions,
  logical: { nodes: ["binary_expression"], operators: ["&&", "||"] },
  cognitive: {
    ifs: ["if_statement"],
    structures: [
      "for_statement",
      "for_in_statement",
      "while_statement",
      "do_statement",
      "switch_statement",
      "catch_clause",
      "ternary_expression",
    ],
    flat: [
      "else_clause",
      { kind: "break_statement", has: "statement_identifier" },
      { kind: "continue_statement", has: "statement_identifier" },
    ],
    elseIf: [{ kind: "if_statement", parents: ["else_clause"] }],
    parentheses: ["parenthesized_expression"],
    wrapper: "no-structure",
  },
  calls: { call_expression: { callee: "function" } },
  selfPrefixes: ["this."],
  bareCallsAreFunctions: true,
  imports: [
    { kind: "import_statement", source: "source" },
    { kind: "export_statement", source: "source" },
    {
      kind: "call_expression",
      source: "arguments.>string",
      callee: { path: "function", names: ["require", "import", "require.resolve"] },
      formBy: { require: "require", import: "dynamic", "require.resolve": "require" },
    },
  ],
  exported: {
    rule: "ancestor",
    kinds: ["export_statement"],
    lists: { export_specifier: "name", export_statement: "value|>identifier" },
    hidden: "^#",
  },
  resolution: { strategy: "javascript", reaches: ["typescript", "tsx"] },
};
