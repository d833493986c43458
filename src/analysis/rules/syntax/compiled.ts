import { flow } from "./common.ts";
import type { RuleSyntax } from "./syntax.ts";

/** Go, Rust, Java, C, C++ and C#. */
export const go: RuleSyntax = {
  wrappers: [
    ["package p\nfunc f() {\n", "\n}"],
    ["", "\n"],
    ["package p\n", "\n"],
    ["package p\nvar x = ", "\n"],
    ["package p\ntype T struct {\n", "\n}"],
  ],
  // One argument behind a qualified name is read as a conversion of types at the top of a file.
  spelling: { metavariables: ["@"], statements: ["@"], elements: ["@, @", "@"] },
  transparent: [
    "parenthesized_expression",
    "expression_statement",
    "expression_list",
    "literal_element",
    "parenthesized_type",
  ],
  vanishing: ["statement_list"],
  optional: ["type_arguments", "type_parameter_list", "receiver:", "result:"],
  same: [["function_declaration", "method_declaration"]],
  strings: ["interpreted_string_literal", "raw_string_literal"],
  members: {
    selector_expression: ["operand", "field"],
    qualified_type: ["package", "name"],
  },
  entries: { keyed_element: "key" },
  assignments: {
    short_var_declaration: { target: "left", value: "right" },
    assignment_statement: { target: "left", value: "right", operator: "=" },
    var_spec: { target: "name", value: "value" },
    const_spec: { target: "name", value: "value" },
  },
  calls: { call_expression: { callee: "function", arguments: "arguments" } },
  declarations: {
    parameter_declaration: ["type", "name"],
    var_spec: ["type", "name"],
    field_declaration: ["type", "name"],
  },
  flow: flow({
    branches: ["if_statement", "expression_switch_statement", "type_switch_statement", "select_statement"],
    armKinds: ["expression_case", "default_case", "type_case", "communication_case"],
    loops: ["for_statement"],
    iterations: { range_clause: ["left", "right"] },
    subscripts: { index_expression: "operand", slice_expression: "operand" },
  }),
};

export const rust: RuleSyntax = {
  wrappers: [
    ["fn f() { ", " }"],
    ["fn f() { ", "; }"],
    ["", ""],
    ["impl A { ", " }"],
    ["fn f() { x(", ") }"],
    ["fn f() { match x { ", " } }"],
  ],
  spelling: { metavariables: ["@"], statements: ["@;", "@"], elements: ["@", "@: @", "..@"] },
  transparent: ["parenthesized_expression", "expression_statement"],
  optional: [
    "visibility_modifier",
    "function_modifiers",
    "attribute_item",
    "mutable_specifier",
    "type_parameters",
    "where_clause",
    "lifetime",
    "'->'",
    "return_type:",
  ],
  named: { parameter: "pattern" },
  strings: ["string_literal", "raw_string_literal"],
  members: {
    scoped_identifier: ["path", "name"],
    scoped_type_identifier: ["path", "name"],
    field_expression: ["value", "field"],
  },
  entries: { field_initializer: "field" },
  assignments: {
    let_declaration: { target: "pattern", value: "value" },
    assignment_expression: { target: "left", value: "right" },
    const_item: { target: "name", value: "value" },
    static_item: { target: "name", value: "value" },
    let_condition: { target: "pattern", value: "value" },
    compound_assignment_expr: { target: "left", value: "right", augmented: true },
  },
  calls: {
    call_expression: { callee: "function", arguments: "arguments" },
    macro_invocation: { callee: "macro", arguments: ">token_tree" },
  },
  declarations: { parameter: ["type", "pattern"], let_declaration: ["type", "pattern"] },
  flow: flow({
    returns: ["return_expression"],
    jumps: ["return_expression", "break_expression", "continue_expression"],
    branches: ["if_expression", "match_expression"],
    armKinds: ["else_clause", "match_arm"],
    loops: ["for_expression", "while_expression", "loop_expression"],
    iterations: { for_expression: ["pattern", "value"] },
    subscripts: { index_expression: ">identifier|>field_expression|." },
  }),
};

export const java: RuleSyntax = {
  wrappers: [
    ["", ""],
    ["", ";"],
    ["class A { void f() { ", "; } }"],
    ["return ", ";"],
    ["class A { ", " }"],
    ["class A { ", "; }"],
    ["", " class A {}"],
  ],
  spelling: {
    metavariables: ["@"],
    statements: ["@;", "int @;", "@: "],
    elements: ["@", "Object @", "@ = 1"],
  },
  transparent: ["parenthesized_expression", "expression_statement"],
  optional: ["modifiers", "throws", "superclass", "super_interfaces", "type_parameters", "dimensions"],
  subsets: ["modifiers"],
  same: [["annotation", "marker_annotation"]],
  named: { formal_parameter: "name", spread_parameter: ">variable_declarator" },
  strings: ["string_literal"],
  members: {
    field_access: ["object", "field"],
    scoped_identifier: ["scope", "name"],
    scoped_type_identifier: [">scoped_type_identifier|>type_identifier", ">type_identifier"],
  },
  entries: { element_value_pair: "key" },
  assignments: {
    variable_declarator: { target: "name", value: "value" },
    assignment_expression: { target: "left", value: "right", operator: "=" },
    resource: { target: "name", value: "value" },
  },
  calls: {
    method_invocation: { receiver: "object", name: "name", arguments: "arguments" },
    object_creation_expression: { callee: "type", arguments: "arguments" },
  },
  declarations: {
    formal_parameter: ["type", "name"],
    local_variable_declaration: ["type", "declarator.name"],
    field_declaration: ["type", "declarator.name"],
    resource: ["type", "name"],
    enhanced_for_statement: ["type", "name"],
    catch_formal_parameter: [">catch_type", "name"],
  },
  flow: flow({
    jumps: ["return_statement", "throw_statement", "break_statement", "continue_statement"],
    branches: [
      "if_statement",
      "switch_expression",
      "try_statement",
      "try_with_resources_statement",
      "ternary_expression",
    ],
    armKinds: ["switch_block_statement_group", "switch_rule", "catch_clause", "finally_clause"],
    loops: ["for_statement", "while_statement", "do_statement", "enhanced_for_statement"],
    iterations: { enhanced_for_statement: ["name", "value"] },
    subscripts: { array_access: "array" },
  }),
};

export const c: RuleSyntax = {
  wrappers: [
    ["void f() { ", " }"],
    ["void f() { ", "; }"],
    ["", ""],
    ["", ";"],
    ["void f() { x = ", "; }"],
    ["struct A { ", " };"],
  ],
  spelling: { metavariables: ["@"], statements: ["@;", "int @;"], elements: ["@", "int @", ".@ = 1"] },
  transparent: ["parenthesized_expression", "expression_statement"],
  optional: ["storage_class_specifier", "type_qualifier", "attribute_specifier", "attribute_declaration"],
  named: { pointer_declarator: "declarator", array_declarator: "declarator" },
  strings: ["string_literal", "concatenated_string"],
  members: { field_expression: ["argument", "field"] },
  entries: { initializer_pair: "designator" },
  assignments: {
    init_declarator: { target: "declarator", value: "value" },
    assignment_expression: { target: "left", value: "right", operator: "=" },
  },
  calls: { call_expression: { callee: "function", arguments: "arguments" } },
  declarations: {
    parameter_declaration: ["type", "declarator"],
    declaration: ["type", "declarator"],
    field_declaration: ["type", "declarator"],
  },
  flow: flow({
    jumps: ["return_statement", "break_statement", "continue_statement", "goto_statement"],
    branches: ["if_statement", "switch_statement", "conditional_expression"],
    armKinds: ["else_clause", "case_statement"],
    loops: ["for_statement", "while_statement", "do_statement"],
    subscripts: { subscript_expression: "argument", pointer_expression: "argument" },
  }),
};

export const cpp: RuleSyntax = {
  ...c,
  wrappers: [...c.wrappers, ["class A { ", " };"]],
  optional: [
    ...c.optional!,
    "virtual_specifier",
    "explicit_function_specifier",
    "base_class_clause",
    "trailing_return_type",
    "'virtual'",
  ],
  named: { ...c.named, reference_declarator: "#first", optional_parameter_declaration: "declarator" },
  strings: ["string_literal", "concatenated_string", "raw_string_literal"],
  members: { ...c.members, qualified_identifier: ["scope", "name"] },
  calls: { ...c.calls, new_expression: { callee: "type", arguments: "arguments" } },
  flow: flow({
    ...c.flow,
    branches: ["if_statement", "switch_statement", "conditional_expression", "try_statement"],
    armKinds: ["else_clause", "case_statement", "catch_clause"],
    putToken: "<<",
    loops: ["for_statement", "while_statement", "do_statement", "for_range_loop"],
    iterations: { for_range_loop: ["declarator", "right"] },
  }),
};

export const csharp: RuleSyntax = {
  wrappers: [
    ["class A { void F() { ", " } }"],
    ["class A { void F() { ", "; } }"],
    ["class A { void F() { x = ", "; } }"],
    ["class A { ", " }"],
    ["", ""],
    ["class A { ", " void F() {} }"],
  ],
  spelling: {
    metavariables: ["@"],
    statements: ["@();", "int @;", "@ = 1"],
    elements: ["@", "int @", "@ = 1"],
  },
  transparent: [
    "parenthesized_expression",
    "expression_statement",
    "argument",
    "attribute_argument",
    "global_statement",
  ],
  optional: [
    "modifier",
    "attribute_list",
    "base_list",
    "type_parameter_list",
    "type_parameter_constraints_clause",
    "initializer:",
  ],
  subsets: ["attribute_list"],
  same: [["method_declaration", "local_function_statement"]],
  named: { parameter: "name", implicit_parameter: "." },
  strings: [
    "string_literal",
    "verbatim_string_literal",
    "raw_string_literal",
    "interpolated_string_expression",
  ],
  members: {
    member_access_expression: ["expression", "name"],
    qualified_name: ["qualifier", "name"],
  },
  entries: { argument: "name", attribute_argument: "name", assignment_expression: "left" },
  assignments: {
    variable_declarator: { target: "name", value: "#last" },
    assignment_expression: { target: "left", value: "right", operator: "=" },
  },
  calls: {
    invocation_expression: { callee: "function", arguments: "arguments" },
    object_creation_expression: { callee: "type", arguments: "arguments" },
  },
  declarations: {
    parameter: ["type", "name"],
    variable_declaration: ["type", ">variable_declarator.name"],
    property_declaration: ["type", "name"],
    foreach_statement: ["type", "left"],
  },
  flow: flow({
    jumps: ["return_statement", "throw_statement", "break_statement", "continue_statement"],
    branches: [
      "if_statement",
      "switch_statement",
      "try_statement",
      "conditional_expression",
      "switch_expression",
    ],
    armKinds: ["switch_section", "catch_clause", "finally_clause", "switch_expression_arm"],
    loops: ["for_statement", "while_statement", "do_statement", "foreach_statement"],
    iterations: { foreach_statement: ["left", "right"] },
    subscripts: { element_access_expression: "expression" },
  }),
};
