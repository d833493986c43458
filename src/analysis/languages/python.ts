import type { LanguageData } from "../language.ts";

const aliased = { aliased_import: "name" };

/**
 * Decisions: `if`, `elif`, `for`, `while`, `except`, `case` other than `_`, the conditional expression, `and`,
 * `or`, and each `for` and `if` of a comprehension. Default values are none: they are evaluated once, when the
 * function is made.
 */
export const python: LanguageData = {
  id: "python",
  name: "Python",
  grammar: "tree-sitter-python",
  extensions: [".py", ".pyi", ".pyw"],
  interpreters: ["python", "python2", "python3", "pypy", "pypy3"],
  comments: ["comment"],
  literals: ["string"],
  interpolation: "interpolation",
  functions: {
    function_definition: {
      kind: "function",
      name: "name",
      parameters: "parameters",
      notParameters: ["positional_separator", "keyword_separator"],
      body: "body",
      inType: "method",
      kindByName: { __init__: "constructor" },
    },
    lambda: {
      kind: "lambda",
      nameFrom: { assignment: "left", default_parameter: "name", keyword_argument: "name", pair: "key" },
      parameters: "parameters",
      notParameters: ["positional_separator", "keyword_separator"],
      body: "body",
    },
  },
  types: { class_definition: { kind: "class", name: "name", body: "body" } },
  values: {
    assignment: {
      kind: "constant",
      name: "left",
      patterns: { kinds: ["pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern"] },
      pattern: "^_*[A-Z][A-Z0-9_]*$",
      // `A = B = 1` is an assignment in an assignment.
      parents: ["expression_statement", "assignment"],
    },
    type_alias_statement: { kind: "type", name: "left.>identifier" },
  },
  decisions: [
    "if_statement",
    "elif_clause",
    "for_statement",
    "while_statement",
    "except_clause",
    { kind: "case_clause", without: ">case_pattern.>'_'" },
    { kind: "case_clause", has: "if_clause" },
    "conditional_expression",
    "for_in_clause",
    { kind: "if_clause", notParents: ["case_clause"] },
  ],
  logical: { nodes: ["boolean_operator"], operators: ["and", "or"] },
  cognitive: {
    ifs: ["if_statement"],
    structures: [
      "for_statement",
      "while_statement",
      "except_clause",
      "match_statement",
      "conditional_expression",
    ],
    // `else` also of loops and `try`, as SonarSource's own analyser counts it.
    flat: ["elif_clause", "else_clause"],
    elseIf: [],
    parentheses: ["parenthesized_expression"],
    wrapper: ["function_definition", "decorated_definition", "return_statement"],
  },
  calls: { call: { callee: "function" } },
  selfPrefixes: ["self.", "cls."],
  bareCallsAreFunctions: true,
  imports: [
    { kind: "import_statement", source: "name[]", unwrap: aliased },
    {
      kind: "import_from_statement",
      source: "module_name",
      members: "name[]",
      unwrap: aliased,
      strip: "\\s+",
    },
    { kind: "future_import_statement", source: ">'__future__'", members: "name[]", unwrap: aliased },
  ],
  exported: { rule: "no-underscore" },
  resolution: { strategy: "python" },
};
