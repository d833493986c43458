import type { LanguageData } from "../language.ts";
import {
  cDecisions,
  cFlat,
  cImports,
  cStructures,
  cTypes,
  cValues,
  functionName,
  functionParameters,
  notFunctionNames,
  preprocessorConditions,
} from "./c-family.ts";

/**
 * Decisions: if, for, while, do, case labels, `?:`, `&&`, `||`. Preprocessor conditionals count for cognitive
 * complexity only. Exported is what is not `static`.
 */
export const c: LanguageData = {
  id: "c",
  name: "C",
  grammar: "tree-sitter-c",
  extensions: [".c", ".h"],
  comments: ["comment"],
  literals: ["string_literal", "char_literal", "system_lib_string"],
  functions: {
    function_definition: {
      kind: "function",
      name: [...functionName, "type"].join("|"),
      parameters: [...functionParameters, "declarator"].join("|"),
      notParameters: ["variadic_parameter"],
      // `for_each_cpu(i) { … }` inside a function is a loop that a macro makes.
      nestedNeeds: "declarator~function_declarator",
      notNames: notFunctionNames,
      body: "body",
    },
  },
  detached: preprocessorConditions,
  types: cTypes,
  values: cValues,
  decisions: cDecisions,
  logical: { nodes: ["binary_expression"], operators: ["&&", "||"] },
  cognitive: {
    ifs: ["if_statement"],
    structures: cStructures,
    flat: cFlat,
    elseIf: [{ kind: "if_statement", parents: ["else_clause"] }],
    parentheses: ["parenthesized_expression"],
  },
  calls: { call_expression: { callee: "function" } },
  imports: cImports,
  exported: { rule: "unless-texts", texts: ["static"], within: "storage_class_specifier" },
  resolution: { strategy: "c", reaches: ["cpp"] },
};
