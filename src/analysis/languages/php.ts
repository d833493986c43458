import type { FunctionRole, ImportRole, LanguageData } from "../language.ts";

const named: Omit<FunctionRole, "kind"> = { name: "name", parameters: "parameters", body: "body" };
const lambda: FunctionRole = {
  kind: "lambda",
  nameFrom: { assignment_expression: "left" },
  parameters: "parameters",
  body: "body",
};

const used = { namespace_use_clause: ">qualified_name|>name" };
const useForms = { "'function'": "function", "'const'": "const" };

/** `require __DIR__ . '/x.php'`: the expression as it is written, without parentheses. */
function include(form: string): ImportRole {
  const path = ">string|>encapsed_string|>binary_expression|>variable_name|>parenthesized_expression";
  return { kind: `${form}_expression`, source: path, unwrap: { parenthesized_expression: path }, form };
}

/**
 * Decisions: if, elseif, for, foreach, while, do, case labels, arms of match except default, catch, `?:`, `&&`,
 * `||`, `and`, `or`, `??`, `??=`, `?->`. Exported is what is neither `private` nor `protected`.
 */
export const php: LanguageData = {
  id: "php",
  name: "PHP",
  grammar: "tree-sitter-php",
  extensions: [".php", ".phtml", ".php3", ".php4", ".php5", ".php7", ".phps"],
  interpreters: ["php"],
  comments: ["comment"],
  literals: ["string", "nowdoc"],
  functions: {
    function_definition: { kind: "function", ...named },
    method_declaration: {
      kind: "method",
      ...named,
      listed: "always",
      kindByName: { __construct: "constructor" },
    },
    property_hook: { kind: "method", ...named, name: ">name", listed: "never" },
    anonymous_function: lambda,
    arrow_function: lambda,
  },
  types: {
    class_declaration: { kind: "class", name: "name", body: "body" },
    interface_declaration: { kind: "interface", name: "name", body: "body" },
    trait_declaration: { kind: "trait", name: "name", body: "body" },
    enum_declaration: { kind: "enum", name: "name", body: "body" },
    namespace_definition: { kind: "namespace", name: "name", restOfFileWithout: "body" },
  },
  values: {
    const_declaration: { kind: "constant", name: ">const_element[].>name" },
    enum_case: { kind: "constant", name: "name" },
    property_declaration: { kind: "property", name: ">property_element[].name.>name" },
    // `define('NAME', 1)`
    function_call_expression: {
      kind: "constant",
      name: "arguments.>argument.>string.>string_content",
      only: { within: "name", texts: ["define"] },
    },
  },
  decisions: [
    "if_statement",
    "else_if_clause",
    "for_statement",
    "foreach_statement",
    "while_statement",
    "do_statement",
    "case_statement",
    "match_conditional_expression",
    "catch_clause",
    "conditional_expression",
    "'??'",
    "'??='",
    "'?->'",
  ],
  logical: { nodes: ["binary_expression"], operators: ["&&", "||", "and", "or"] },
  cognitive: {
    ifs: ["if_statement"],
    structures: [
      "for_statement",
      "foreach_statement",
      "while_statement",
      "do_statement",
      "switch_statement",
      "match_expression",
      "catch_clause",
      "conditional_expression",
    ],
    // `break 2` leaves an outer loop, as a labelled break does elsewhere.
    flat: [
      "else_if_clause",
      "else_clause",
      "goto_statement",
      { kind: "break_statement", has: "integer" },
      { kind: "continue_statement", has: "integer" },
    ],
    elseIf: [{ kind: "if_statement", parents: ["else_clause"] }],
    parentheses: ["parenthesized_expression"],
  },
  calls: {
    function_call_expression: { callee: "function" },
    member_call_expression: { callee: "name", receiver: "object" },
    scoped_call_expression: { callee: "name", receiver: "scope" },
  },
  selfPrefixes: ["$this->", "self::", "static::"],
  bareCallsAreFunctions: true,
  imports: [
    // `use App\{A, B as C};`
    {
      kind: "namespace_use_declaration",
      source: ">namespace_name",
      members: "body.>namespace_use_clause[]",
      unwrap: used,
      strip: "^\\\\",
      formByToken: useForms,
    },
    {
      kind: "namespace_use_declaration",
      source: ">namespace_use_clause[]",
      unwrap: used,
      strip: "^\\\\",
      formByToken: useForms,
    },
    include("require"),
    include("require_once"),
    include("include"),
    include("include_once"),
  ],
  module: { namespace_definition: "name" },
  exported: { rule: "unless-texts", texts: ["private", "protected"], within: "visibility_modifier" },
  resolution: { strategy: "php" },
};
