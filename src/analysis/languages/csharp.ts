import type { FunctionRole, LanguageData } from "../language.ts";

const named: Omit<FunctionRole, "kind"> = { name: "name", parameters: "parameters", body: "body" };

/** Accessors go by the name of their property, which is listed itself. */
const accessor: Omit<FunctionRole, "kind"> = {
  nameFrom: { property_declaration: "name", event_declaration: "name", indexer_declaration: ">'this'" },
  nameThrough: ["accessor_list"],
  listed: "never",
};

const nameFrom: FunctionRole["nameFrom"] = { variable_declarator: "name", assignment_expression: "left" };

/** The grammar puts the type of a `params` parameter directly into the list. */
const notParameters = ["array_type", "nullable_type", "generic_name", "attribute_list"];

/**
 * Decisions: if, for, foreach, while, do, case labels, arms of switch expressions except a bare `_`, catch, `?:`, `&&`,
 * `||`, `and` and `or` in patterns, `??`, `??=`, `?.`. Exported is what is `public` or `internal`, by its words or
 * by default: types and members of interfaces and enums are, members of classes are not.
 */
export const csharp: LanguageData = {
  id: "csharp",
  name: "C#",
  grammar: "tree-sitter-c_sharp",
  extensions: [".cs", ".csx"],
  interpreters: ["dotnet-script"],
  comments: ["comment", "shebang_directive"],
  literals: ["string_literal", "verbatim_string_literal", "raw_string_literal", "character_literal"],
  functions: {
    method_declaration: { kind: "method", ...named, notParameters, listed: "always" },
    constructor_declaration: { kind: "constructor", ...named, notParameters },
    destructor_declaration: { kind: "method", ...named, prefix: "~" },
    operator_declaration: { kind: "method", ...named, name: "operator", prefix: "operator " },
    conversion_operator_declaration: { kind: "method", ...named, name: "type", prefix: "operator " },
    local_function_statement: { kind: "function", ...named, notParameters },
    accessor_declaration: {
      kind: "method",
      ...accessor,
      body: "body",
      kindByToken: { "'get'": "getter", "'set'": "setter", "'init'": "setter" },
    },
    // `int Count => items.Count;`
    arrow_expression_clause: {
      kind: "getter",
      ...accessor,
      parents: ["property_declaration", "indexer_declaration"],
    },
    lambda_expression: { kind: "lambda", nameFrom, parameters: "parameters", body: "body" },
    anonymous_method_expression: { kind: "lambda", nameFrom, parameters: "parameters", body: ">block" },
  },
  detached: [{ kind: "binary_expression", parents: ["preproc_if", "preproc_elif"], field: "condition" }],
  types: {
    class_declaration: { kind: "class", name: "name", body: "body|>';'" },
    struct_declaration: { kind: "struct", name: "name", body: "body|>';'" },
    record_declaration: { kind: "record", name: "name", body: "body|>';'" },
    interface_declaration: { kind: "interface", name: "name", body: "body" },
    enum_declaration: { kind: "enum", name: "name", body: "body" },
    namespace_declaration: { kind: "namespace", name: "name", body: "body" },
    file_scoped_namespace_declaration: { kind: "namespace", name: "name", restOfFileWithout: "body" },
  },
  values: {
    field_declaration: {
      kind: "constant",
      name: ">variable_declaration.>variable_declarator[].name",
      only: { within: "modifier", texts: ["const"] },
    },
    enum_member_declaration: { kind: "constant", name: "name" },
    property_declaration: { kind: "property", name: "name" },
    delegate_declaration: { kind: "type", name: "name" },
  },
  decisions: [
    "if_statement",
    "for_statement",
    "foreach_statement",
    "while_statement",
    "do_statement",
    { kind: "switch_section", has: "'case'" },
    { kind: "switch_expression_arm", hasNot: "discard" },
    { kind: "switch_expression_arm", has: "when_clause" },
    "catch_clause",
    "conditional_expression",
    "conditional_access_expression",
    "'??'",
    "'??='",
  ],
  logical: {
    nodes: ["binary_expression", "and_pattern", "or_pattern"],
    operators: ["&&", "||", "and", "or"],
  },
  cognitive: {
    ifs: ["if_statement"],
    structures: [
      "for_statement",
      "foreach_statement",
      "while_statement",
      "do_statement",
      "switch_statement",
      "switch_expression",
      "catch_clause",
      "conditional_expression",
      "preproc_if",
    ],
    flat: [{ kind: "'else'", parents: ["if_statement"] }, "goto_statement", "preproc_elif", "preproc_else"],
    elseIf: [{ kind: "if_statement", parents: ["if_statement"], field: "alternative" }],
    parentheses: ["parenthesized_expression", "parenthesized_pattern"],
  },
  calls: { invocation_expression: { callee: "function", arguments: "arguments" } },
  selfPrefixes: ["this."],
  imports: [
    {
      kind: "using_directive",
      source: ">qualified_name|>alias_qualified_name|>generic_name|>identifier",
      without: "name",
      formByToken: { "'static'": "static", "'global'": "global" },
    },
    // `using Json = System.Text.Json;`
    {
      kind: "using_directive",
      source: ">qualified_name|>alias_qualified_name",
      strip: "<.*$",
      form: "alias",
    },
  ],
  module: { namespace_declaration: "name", file_scoped_namespace_declaration: "name" },
  exported: {
    rule: "unless-texts",
    texts: ["private", "protected", "file"],
    within: "modifier",
    shown: ["public", "internal"],
    hiddenIn: ["class_declaration", "struct_declaration", "record_declaration"],
  },
  resolution: { strategy: "csharp" },
};
