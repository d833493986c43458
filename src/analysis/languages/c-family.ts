import type { LanguageData } from "../language.ts";

/*
 * What C and C++ have in common. Declarators are read from the inside: `char *(*f(int a))[3]` declares `f`, and
 * so the name stands in the innermost function declarator.
 */

const inner = "declarator~function_declarator.>parenthesized_declarator";

/** The last alternative is `static __init f(void)`, where the grammar takes the macro for the type. */
export const functionName = [
  `${inner}.>pointer_declarator.declarator~function_declarator.declarator`,
  `${inner}.>identifier`,
  "declarator~function_declarator.declarator",
];

export const functionParameters = [
  `${inner}.>pointer_declarator.declarator~function_declarator.parameters`,
  "declarator~function_declarator.parameters",
];

export const notFunctionNames = ["if", "for", "while", "switch", "return", "sizeof", "else", "do"];

export const cTypes: LanguageData["types"] = {
  struct_specifier: { kind: "struct", name: "name", body: "body" },
  union_specifier: { kind: "union", name: "name", body: "body" },
  enum_specifier: { kind: "enum", name: "name", body: "body" },
};

const declared = "declarator[].declarator*!function_declarator";
const isExtern = { within: "storage_class_specifier", texts: ["extern"] };
export const isConst = { within: "type_qualifier", texts: ["const", "constexpr"] };

export const cValues: NonNullable<LanguageData["values"]> = {
  // A macro without a value is an include guard or a switch.
  preproc_def: { kind: "constant", name: "name", needs: "value" },
  preproc_function_def: { kind: "macro", name: "name" },
  enumerator: { kind: "constant", name: "name" },
  type_definition: {
    kind: "type",
    name: "declarator[].declarator.>pointer_declarator.declarator|declarator[].declarator*",
  },
  declaration: [
    { kind: "constant", name: declared, only: isConst, unless: isExtern },
    { kind: "variable", name: declared, unless: isExtern },
  ],
};

export const cDecisions: LanguageData["decisions"] = [
  "if_statement",
  "for_statement",
  "while_statement",
  "do_statement",
  { kind: "case_statement", has: "'case'" },
  "conditional_expression",
];

/** `#if A && B` chooses what is compiled, not what runs: it is read by people, but is no path of the function. */
export const preprocessorConditions: NonNullable<LanguageData["detached"]> = [
  { kind: "binary_expression", parents: ["preproc_if", "preproc_elif"], field: "condition" },
];

export const cStructures: LanguageData["cognitive"]["structures"] = [
  "for_statement",
  "while_statement",
  "do_statement",
  "switch_statement",
  "conditional_expression",
  "preproc_if",
  // `#ifndef` around a whole file is an include guard.
  { kind: "preproc_ifdef", notParents: ["translation_unit"] },
  { kind: "preproc_ifdef", hasNot: "'#ifndef'" },
];

export const cFlat: LanguageData["cognitive"]["flat"] = [
  "else_clause",
  "goto_statement",
  "preproc_else",
  "preproc_elif",
  "preproc_elifdef",
];

/** An include of a macro (`#include HEADER`) has no form. */
export const cImports: LanguageData["imports"] = [
  {
    kind: "preproc_include",
    source: "path",
    formBy: { system_lib_string: "system", string_literal: "local" },
  },
];
