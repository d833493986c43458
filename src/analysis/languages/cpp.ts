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
  isConst,
  preprocessorConditions,
} from "./c-family.ts";

/** `API T *f()`: the grammar takes `API` for the type and `T` for a scope. */
const behindScope = "declarator~qualified_identifier.name.declarator~function_declarator";

/** `T &f()`: the grammar gives what a reference declares no field. */
const behindReference = "declarator~reference_declarator.>function_declarator";

/**
 * Decisions: those of C, range-based for, catch, `and`, `or`. Exported is what is neither `static` at namespace
 * level nor in an anonymous namespace; access inside a class does not matter.
 */
export const cpp: LanguageData = {
  id: "cpp",
  name: "C++",
  grammar: "tree-sitter-cpp",
  extensions: [
    ".cpp",
    ".cc",
    ".cxx",
    ".c++",
    ".hpp",
    ".hh",
    ".hxx",
    ".h++",
    ".ipp",
    ".tpp",
    ".txx",
    ".inl",
    ".cppm",
    ".ixx",
  ],
  comments: ["comment"],
  literals: ["string_literal", "raw_string_literal", "char_literal", "system_lib_string"],
  functions: {
    function_definition: {
      kind: "function",
      name: [
        ...functionName,
        `${behindReference}.declarator`,
        "declarator~operator_cast",
        `${behindScope}.declarator`,
        "declarator~qualified_identifier",
      ].join("|"),
      parameters: [
        ...functionParameters,
        `${behindReference}.parameters`,
        "declarator~operator_cast.declarator.parameters",
        "declarator~qualified_identifier.name.declarator.parameters",
        `${behindScope}.parameters`,
      ].join("|"),
      // `class API Name { … }` is read as a function named `Name`.
      needs: [
        "declarator~function_declarator",
        "declarator~reference_declarator",
        "declarator~operator_cast",
        "declarator~qualified_identifier.>operator_cast",
        behindScope,
      ].join("|"),
      // A function whose whole body is a `try` has no `body` of its own.
      body: "body|>try_statement",
      inType: "method",
      typeMayPrecedeName: true,
      notNames: notFunctionNames,
      constructorHasTypeName: true,
    },
    lambda_expression: {
      kind: "lambda",
      nameFrom: { init_declarator: "declarator", assignment_expression: "left" },
      parameters: "declarator.parameters",
      body: "body",
    },
  },
  detached: preprocessorConditions,
  types: {
    ...cTypes,
    class_specifier: { kind: "class", name: "name", body: "body" },
    namespace_definition: { kind: "namespace", name: "name", body: "body" },
  },
  values: {
    ...cValues,
    field_declaration: { kind: "constant", name: "declarator", only: isConst, needs: "default_value" },
    alias_declaration: { kind: "type", name: "name" },
    concept_definition: { kind: "type", name: "name" },
  },
  decisions: [...cDecisions, "for_range_loop", "catch_clause"],
  logical: { nodes: ["binary_expression"], operators: ["&&", "||", "and", "or"] },
  cognitive: {
    ifs: ["if_statement"],
    structures: [...cStructures, "for_range_loop", "catch_clause"],
    flat: cFlat,
    elseIf: [{ kind: "if_statement", parents: ["else_clause"] }],
    parentheses: ["parenthesized_expression", "condition_clause"],
  },
  calls: { call_expression: { callee: "function", arguments: "arguments" } },
  selfPrefixes: ["this->"],
  imports: cImports,
  exported: {
    rule: "unless-texts",
    texts: ["static"],
    within: "storage_class_specifier",
    notBelow: ["field_declaration_list"],
    hiddenBelowUnnamed: { namespace_definition: "name" },
  },
  resolution: { strategy: "c", reaches: ["c"] },
};
