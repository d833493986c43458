import type { FunctionRole, LanguageData } from "../language.ts";

const nameFrom: FunctionRole["nameFrom"] = {
  variable_declarator: "name",
  assignment_expression: "left",
  assignment_pattern: "left",
  pair: "key",
  field_definition: "property",
};

const lambda: FunctionRole = { kind: "lambda", nameFrom, parameters: "parameters|parameter", body: "body" };

/** The decision set is ESLint's `complexity` rule in its classic variant. */
export const javascript: LanguageData = {
  id: "javascript",
  name: "JavaScript",
  grammar: "tree-sitter-javascript",
  extensions: [".js", ".mjs", ".cjs", ".jsx"],
  interpreters: ["node", "nodejs", "bun"],
  comments: ["comment", "html_comment", "hash_bang_line"],
  literals: ["string", "regex"],
  functions: {
    function_declaration: { kind: "function", name: "name", parameters: "parameters", body: "body" },
    generator_function_declaration: {
      kind: "function",
      name: "name",
      parameters: "parameters",
      body: "body",
    },
    function_expression: lambda,
    generator_function: lambda,
    arrow_function: lambda,
    method_definition: {
      kind: "method",
      name: "name",
      parameters: "parameters",
      body: "body",
      kindByName: { constructor: "constructor" },
      kindByToken: { "'get'": "getter", "'set'": "setter" },
    },
  },
  detached: ["class_static_block", { kind: "field_definition", has: "'='" }],
  types: {
    class_declaration: { kind: "class", name: "name", body: "body" },
    class: { kind: "class", name: "name", body: "body" },
  },
  values: {
    variable_declarator: {
      kind: "constant",
      name: "name",
      tokens: ["'const'"],
      parents: ["lexical_declaration"],
    },
  },
  decisions: [
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
  ],
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
  exported: { rule: "ancestor", kinds: ["export_statement"], lists: { export_specifier: "name" } },
  resolution: { strategy: "javascript", reaches: ["typescript", "tsx"] },
};
