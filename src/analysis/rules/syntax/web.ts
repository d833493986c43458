import { flow } from "./common.ts";
import type { RuleSyntax } from "./syntax.ts";

/** JavaScript, TypeScript and TSX. */
export const javascript: RuleSyntax = {
  wrappers: [
    ["", ""],
    ["(", ")"],
    ["class A { ", " }"],
    ["({ ", " })"],
    ["switch (x) { ", " }"],
    ["<a ", " />"],
  ],
  spelling: { metavariables: ["@"], statements: ["@;", "@"], elements: ["@", "...@"] },
  transparent: ["parenthesized_expression", "expression_statement"],
  optional: ["'async'", "'static'", "class_heritage", "decorator", "jsx_attribute", "optional_chain"],
  same: [
    ["function_declaration", "function_expression", "generator_function_declaration", "generator_function"],
    ["class_declaration", "class"],
  ],
  named: { assignment_pattern: "left", rest_pattern: ">identifier" },
  strings: ["string", "template_string"],
  members: { member_expression: ["object", "property"] },
  entries: { pair: "key", jsx_attribute: ">property_identifier" },
  assignments: {
    variable_declarator: { target: "name", value: "value" },
    assignment_expression: { target: "left", value: "right" },
    augmented_assignment_expression: { target: "left", value: "right", augmented: true },
  },
  calls: {
    call_expression: { callee: "function", arguments: "arguments" },
    new_expression: { callee: "constructor", arguments: "arguments" },
  },
  flow: flow({
    returns: ["return_statement", "yield_expression"],
    jumps: ["return_statement", "throw_statement", "break_statement", "continue_statement"],
    branches: ["if_statement", "switch_statement", "try_statement", "ternary_expression"],
    armKinds: ["else_clause", "switch_case", "switch_default", "catch_clause", "finally_clause"],
    loops: ["for_statement", "for_in_statement", "while_statement", "do_statement"],
    iterations: { for_in_statement: ["left", "right"] },
    subscripts: { subscript_expression: "object" },
  }),
};

export const typescript: RuleSyntax = {
  ...javascript,
  wrappers: javascript.wrappers.filter(([before]) => before !== "<a "),
  optional: [
    ...javascript.optional!.filter((kind) => kind !== "jsx_attribute"),
    "type_annotation",
    "type_arguments",
    "type_parameters",
    "accessibility_modifier",
    "override_modifier",
    "'readonly'",
    "'abstract'",
  ],
  named: {
    ...javascript.named,
    required_parameter: "pattern",
    optional_parameter: "pattern",
    as_expression: "#first",
    satisfies_expression: "#first",
    non_null_expression: "#first",
  },
  entries: { pair: "key" },
  declarations: {
    required_parameter: ["type", "pattern"],
    optional_parameter: ["type", "pattern"],
    variable_declarator: ["type", "name"],
    public_field_definition: ["type", "name"],
  },
};

export const tsx: RuleSyntax = {
  ...typescript,
  wrappers: javascript.wrappers,
  optional: [...typescript.optional!, "jsx_attribute"],
  entries: javascript.entries!,
};
