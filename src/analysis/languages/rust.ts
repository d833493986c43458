import type { FunctionRole, LanguageData } from "../language.ts";

const item: FunctionRole = {
  kind: "function",
  name: "name",
  parameters: "parameters",
  notParameters: ["attribute_item"],
  body: "body",
  inType: "method",
};

/**
 * Decisions: `if`, `if let`, `while`, `for`, `loop`, each match arm other than `_`, `let … else`, the `?`
 * operator, `&&`, `||`. What stands in a macro's arguments is not parsed by the grammar and not counted.
 */
export const rust: LanguageData = {
  id: "rust",
  name: "Rust",
  grammar: "tree-sitter-rust",
  extensions: [".rs"],
  comments: ["line_comment", "block_comment"],
  literals: ["string_literal", "raw_string_literal", "char_literal"],
  functions: {
    function_item: item,
    function_signature_item: { ...item, listed: "always" },
    closure_expression: {
      kind: "lambda",
      nameFrom: { let_declaration: "pattern", const_item: "name", static_item: "name" },
      parameters: "parameters",
      parameterTokens: ["'_'"],
      body: "body",
    },
  },
  types: {
    struct_item: { kind: "struct", name: "name" },
    enum_item: { kind: "enum", name: "name" },
    union_item: { kind: "union", name: "name" },
    trait_item: { kind: "trait", name: "name" },
    type_item: { kind: "type", name: "name" },
    mod_item: { kind: "module", name: "name", body: "body" },
    macro_definition: { kind: "macro", name: "name" },
    impl_item: { kind: "impl", name: "type", containerOnly: true },
  },
  values: {
    const_item: { kind: "constant", name: "name" },
    static_item: { kind: "constant", name: "name" },
    enum_variant: { kind: "constant", name: "name" },
  },
  decisions: [
    "if_expression",
    "while_expression",
    "for_expression",
    "loop_expression",
    { kind: "match_arm", without: "pattern.>'_'" },
    { kind: "match_arm", with: "pattern.condition" },
    { kind: "let_declaration", has: "'else'" },
    "try_expression",
  ],
  logical: { nodes: ["binary_expression", "let_chain"], operators: ["&&", "||"] },
  cognitive: {
    ifs: ["if_expression"],
    structures: [
      "while_expression",
      "for_expression",
      "loop_expression",
      "match_expression",
      { kind: "let_declaration", has: "'else'" },
    ],
    flat: [
      "else_clause",
      { kind: "break_expression", has: "label" },
      { kind: "continue_expression", has: "label" },
    ],
    elseIf: [{ kind: "if_expression", parents: ["else_clause"] }],
    parentheses: ["parenthesized_expression"],
  },
  calls: { call_expression: { callee: "function" } },
  selfPrefixes: ["self.", "Self::"],
  bareCallsAreFunctions: true,
  imports: [
    { kind: "use_declaration", source: "argument", strip: "\\s*\\n\\s*" },
    { kind: "mod_item", source: "name", without: "body", form: "mod" },
    { kind: "extern_crate_declaration", source: "name", form: "extern-crate" },
  ],
  exported: {
    rule: "tokens",
    tokens: ["visibility_modifier"],
    publicIn: ["trait_item", { kind: "impl_item", field: "trait" }],
    asType: ["enum_variant"],
  },
  resolution: { strategy: "rust" },
};
