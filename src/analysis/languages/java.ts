import type { FunctionRole, LanguageData, SymbolRole } from "../language.ts";

const method: FunctionRole = {
  kind: "method",
  name: "name",
  parameters: "parameters",
  notParameters: ["receiver_parameter"],
  body: "body",
};

const type = (kind: string): SymbolRole => ({ kind, name: "name", body: "body" });

/**
 * Decisions: `if`, `for`, `while`, `do`, `catch`, each `case` (not `default`), `?:`, `&&`, `||`. Initialisers of
 * fields and classes belong to no method.
 */
export const java: LanguageData = {
  id: "java",
  name: "Java",
  grammar: "tree-sitter-java",
  extensions: [".java"],
  comments: ["line_comment", "block_comment"],
  literals: ["string_literal", "character_literal"],
  functions: {
    method_declaration: { ...method, listed: "always" },
    constructor_declaration: { ...method, kind: "constructor" },
    compact_constructor_declaration: { kind: "constructor", name: "name", body: "body" },
    lambda_expression: {
      kind: "lambda",
      nameFrom: { variable_declarator: "name", assignment_expression: "left" },
      parameters: "parameters",
      body: "body",
    },
  },
  detached: [
    "static_initializer",
    { kind: "block", parents: ["class_body", "enum_body_declarations"] },
    { kind: "variable_declarator", parents: ["field_declaration", "constant_declaration"] },
  ],
  types: {
    class_declaration: type("class"),
    interface_declaration: type("interface"),
    enum_declaration: type("enum"),
    record_declaration: type("record"),
    annotation_type_declaration: type("annotation"),
  },
  values: {
    field_declaration: {
      kind: "constant",
      name: "declarator[].name",
      only: { within: "modifiers", texts: ["static final"] },
    },
    constant_declaration: { kind: "constant", name: "declarator[].name" },
    enum_constant: { kind: "constant", name: "name" },
  },
  decisions: [
    "if_statement",
    "for_statement",
    "enhanced_for_statement",
    "while_statement",
    "do_statement",
    "catch_clause",
    { kind: "switch_label", has: "'case'" },
    "ternary_expression",
  ],
  logical: { nodes: ["binary_expression"], operators: ["&&", "||"] },
  cognitive: {
    ifs: ["if_statement"],
    structures: [
      "for_statement",
      "enhanced_for_statement",
      "while_statement",
      "do_statement",
      "catch_clause",
      "switch_expression",
      "ternary_expression",
    ],
    flat: [
      { kind: "'else'", parents: ["if_statement"] },
      { kind: "break_statement", has: "identifier" },
      { kind: "continue_statement", has: "identifier" },
    ],
    elseIf: [{ kind: "if_statement", parents: ["if_statement"], field: "alternative" }],
    parentheses: ["parenthesized_expression"],
  },
  calls: { method_invocation: { callee: "name", receiver: "object", arguments: "arguments" } },
  selfPrefixes: ["this."],
  imports: [
    {
      kind: "import_declaration",
      source: ".",
      strip: "^import\\s+(static\\s+)?|;|\\s+",
      formByToken: { "'static'": "static" },
    },
  ],
  module: { package_declaration: ">scoped_identifier|>identifier" },
  exported: {
    rule: "tokens",
    tokens: ["'public'", "'protected'"],
    within: "modifiers",
    publicIn: ["interface_declaration", "annotation_type_declaration"],
    asType: ["enum_constant"],
  },
  resolution: { strategy: "java" },
};
