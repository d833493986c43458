import type { FunctionRole, LanguageData } from "../language.ts";

const declaration: FunctionRole = {
  kind: "function",
  name: "name",
  parameters: "parameters",
  // `a, b int` is one node and two parameters; `int` alone is one without a name.
  parameterNames: { parameter_declaration: "identifier" },
  body: "body",
  listed: "always", // without a body it is written in assembly
};

const structs = { struct_type: "struct", interface_type: "interface" };

/**
 * Decisions: `if`, `for`, each `case` of `switch`, type switch and `select` (not `default`), `&&`, `||`;
 * the same as gocyclo's.
 */
export const go: LanguageData = {
  id: "go",
  name: "Go",
  grammar: "tree-sitter-go",
  extensions: [".go"],
  comments: ["comment"],
  literals: ["interpreted_string_literal", "raw_string_literal"],
  functions: {
    function_declaration: declaration,
    method_declaration: {
      ...declaration,
      kind: "method",
      receiver: "receiver.>parameter_declaration.type",
      receiverName: "receiver.>parameter_declaration.name",
    },
    func_literal: {
      kind: "lambda",
      nameFrom: {
        short_var_declaration: "left",
        assignment_statement: "left",
        var_spec: "name",
        keyed_element: "key",
      },
      nameThrough: ["expression_list", "literal_element"],
      parameters: "parameters",
      parameterNames: { parameter_declaration: "identifier" },
      body: "body",
    },
    method_elem: { kind: "method", name: "name", listed: "always", body: "body" },
  },
  types: {
    type_spec: { kind: "type", kindBy: { path: "type", kinds: structs }, name: "name" },
    type_alias: { kind: "type", name: "name" },
  },
  values: {
    const_spec: { kind: "constant", name: "name[]", parents: ["const_declaration"] },
    var_spec: { kind: "variable", name: "name[]", parents: ["var_declaration", "var_spec_list"] },
  },
  decisions: ["if_statement", "for_statement", "expression_case", "type_case", "communication_case"],
  logical: { nodes: ["binary_expression"], operators: ["&&", "||"] },
  cognitive: {
    ifs: ["if_statement"],
    structures: ["for_statement", "expression_switch_statement", "type_switch_statement", "select_statement"],
    flat: [
      { kind: "'else'", parents: ["if_statement"] },
      { kind: "break_statement", has: "label_name" },
      { kind: "continue_statement", has: "label_name" },
      "goto_statement",
    ],
    elseIf: [{ kind: "if_statement", parents: ["if_statement"], field: "alternative" }],
    parentheses: ["parenthesized_expression"],
  },
  calls: { call_expression: { callee: "function" } },
  bareCallsAreFunctions: true,
  imports: [
    {
      kind: "import_spec",
      source: "path",
      formByToken: { dot: "dot", blank_identifier: "blank" },
    },
  ],
  module: { package_clause: ">package_identifier" },
  exported: { rule: "capital" },
  resolution: { strategy: "go" },
};
