import { flow } from "./common.ts";
import type { RuleSyntax } from "./syntax.ts";

/** Python, Ruby, PHP and Bash. */
export const python: RuleSyntax = {
  wrappers: [
    ["", ""],
    ["(", ")"],
    ["f(", ")"],
    ["", "\ndef f(): pass"],
    ["try:\n  pass\n", ""],
  ],
  spelling: { metavariables: ["@"], statements: ["@"], elements: ["@", "**@"] },
  transparent: ["parenthesized_expression", "expression_statement", "type"],
  optional: ["type", "decorator", "type_parameter", "'->'", "'async'", "return_type:"],
  // `sum(x for x in y)`: what is generated is the argument.
  same: [["argument_list", "generator_expression"]],
  named: {
    typed_parameter: ">identifier|>list_splat_pattern.>identifier",
    default_parameter: "name",
    typed_default_parameter: "name",
  },
  strings: ["string", "concatenated_string"],
  members: { attribute: ["object", "attribute"] },
  entries: { keyword_argument: "name", pair: "key" },
  assignments: {
    assignment: { target: "left", value: "right" },
    named_expression: { target: "name", value: "value" },
    augmented_assignment: { target: "left", value: "right", augmented: true },
    as_pattern: { target: "alias", value: ">call|>identifier|>attribute" },
  },
  calls: { call: { callee: "function", arguments: "arguments" } },
  declarations: {
    typed_parameter: ["type", ">identifier"],
    typed_default_parameter: ["type", "name"],
    assignment: ["type", "left"],
  },
  flow: flow({
    returns: ["return_statement", "yield"],
    jumps: ["return_statement", "raise_statement", "break_statement", "continue_statement"],
    branches: ["if_statement", "try_statement", "match_statement", "conditional_expression"],
    armKinds: ["elif_clause", "else_clause", "except_clause", "case_clause", "block"],
    conditionToken: "if",
    iterations: {
      for_statement: ["left", "right"],
      for_in_clause: ["left", "right"],
    },
    subscripts: { subscript: "value" },
  }),
};

export const ruby: RuleSyntax = {
  wrappers: [["", ""]],
  spelling: {
    metavariables: ["@"],
    statements: ["@", "@ => @"],
    elements: ["@", "@ => @"],
    capitalised: true,
  },
  transparent: ["parenthesized_statements"],
  vanishing: ["body_statement", "block_body", "then", "argument_list", "method_parameters"],
  optional: ["superclass"],
  named: {
    optional_parameter: "name",
    keyword_parameter: "name",
    splat_parameter: "name",
    block_parameter: "name",
  },
  strings: ["string", "chained_string"],
  members: { scope_resolution: ["scope", "name"], call: ["receiver", "method"] },
  entries: { pair: "key" },
  assignments: {
    assignment: { target: "left", value: "right" },
    operator_assignment: { target: "left", value: "right", augmented: true },
  },
  calls: { call: { receiver: "receiver", name: "method", arguments: "arguments" } },
  flow: flow({
    returns: ["return", "yield"],
    jumps: ["return", "break", "next"],
    branches: ["if", "unless", "case", "conditional", "if_modifier", "unless_modifier", "begin"],
    armKinds: ["else", "elsif", "when", "rescue", "ensure"],
    putToken: "<<",
    loops: ["while", "until", "for"],
    iterations: { for: ["pattern", "value"] },
    subscripts: { element_reference: "object" },
  }),
};

export const php: RuleSyntax = {
  wrappers: [
    ["<?php ", ";"],
    ["<?php ", ""],
    ["<?php class A { ", " }"],
    ["<?php $x = ", ";"],
    ["<?php f(", ");"],
  ],
  spelling: {
    metavariables: ["$@", "@"],
    statements: ["@;", "use @;"],
    elements: ["@", "$@"],
  },
  transparent: ["parenthesized_expression", "expression_statement", "argument"],
  vanishing: ["colon_block"],
  optional: [
    "visibility_modifier",
    "static_modifier",
    "final_modifier",
    "abstract_modifier",
    "readonly_modifier",
    "attribute_list",
    "base_clause",
    "class_interface_clause",
    "return_type:",
    "type:",
  ],
  named: { simple_parameter: "name", variadic_parameter: "name", property_promotion_parameter: "name" },
  strings: ["string", "encapsed_string", "heredoc", "nowdoc"],
  members: {
    qualified_name: ["prefix", ">name"],
    member_access_expression: ["object", "name"],
    scoped_property_access_expression: ["scope", "name"],
    class_constant_access_expression: [">name|>qualified_name", ">name"],
  },
  entries: { array_element_initializer: ">string|>encapsed_string" },
  assignments: {
    assignment_expression: { target: "left", value: "right" },
    augmented_assignment_expression: { target: "left", value: "right", augmented: true },
  },
  calls: {
    function_call_expression: { callee: "function", arguments: "arguments" },
    member_call_expression: { receiver: "object", name: "name", arguments: "arguments" },
    nullsafe_member_call_expression: { receiver: "object", name: "name", arguments: "arguments" },
    scoped_call_expression: { receiver: "scope", name: "name", arguments: "arguments" },
    object_creation_expression: { callee: ">name|>qualified_name", arguments: ">arguments" },
  },
  declarations: { simple_parameter: ["type", "name"] },
  flow: flow({
    branches: [
      "if_statement",
      "switch_statement",
      "try_statement",
      "conditional_expression",
      "match_expression",
    ],
    armKinds: [
      "else_clause",
      "else_if_clause",
      "case_statement",
      "default_statement",
      "catch_clause",
      "finally_clause",
    ],
    loops: ["for_statement", "while_statement", "do_statement", "foreach_statement"],
    iterations: { foreach_statement: [">pair|>variable_name", ">variable_name|>member_access_expression"] },
    subscripts: { subscript_expression: ">variable_name|>member_access_expression|>subscript_expression|." },
  }),
};

export const bash: RuleSyntax = {
  wrappers: [["", ""]],
  spelling: { metavariables: ["@"], statements: ["@"], elements: ["@"] },
  transparent: ["command_name"],
  strings: ["string", "raw_string"],
  members: {},
  assignments: { variable_assignment: { target: "name", value: "value" } },
  calls: { command: { callee: "name", arguments: "." } },
  flow: flow({
    returns: [],
    jumps: [],
    branches: ["if_statement", "case_statement"],
    armKinds: ["else_clause", "elif_clause", "case_item"],
    armFields: ["body"],
    loops: ["for_statement", "while_statement"],
    iterations: { for_statement: ["variable", "value"] },
  }),
};
