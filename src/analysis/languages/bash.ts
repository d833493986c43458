import type { LanguageData } from "../language.ts";

/**
 * Decisions: if, elif, for, select, while, until, patterns of case except `*`, `&&`, `||`, `?:` in arithmetic.
 * Everything is exported: a sourced file shares all it has.
 */
export const bash: LanguageData = {
  id: "bash",
  name: "Bash",
  grammar: "tree-sitter-bash",
  extensions: [".sh", ".bash", ".ksh", ".bats", ".ebuild", ".eclass", ".command"],
  fileNames: [
    ".bashrc",
    ".bash_profile",
    ".bash_login",
    ".bash_logout",
    ".bash_aliases",
    ".profile",
    "PKGBUILD",
    "APKBUILD",
  ],
  interpreters: ["bash", "sh", "dash", "ash", "ksh", "mksh", "bats"],
  comments: ["comment"],
  literals: ["raw_string", "ansi_c_string"],
  functions: { function_definition: { kind: "function", name: "name", body: "body" } },
  types: {},
  values: {
    variable_assignment: [
      { kind: "constant", name: "name", tokens: ["'readonly'"], parents: ["declaration_command"] },
      {
        kind: "variable",
        name: "name",
        tokens: ["'declare'", "'typeset'", "'export'"],
        parents: ["declaration_command"],
      },
    ],
  },
  decisions: [
    "if_statement",
    "elif_clause",
    "for_statement",
    "c_style_for_statement",
    "while_statement",
    { kind: "case_item", unless: { field: "value", text: "*" } },
    "ternary_expression",
  ],
  logical: { nodes: ["list", "binary_expression"], operators: ["&&", "||"] },
  cognitive: {
    ifs: ["if_statement"],
    structures: [
      "for_statement",
      "c_style_for_statement",
      "while_statement",
      "case_statement",
      "ternary_expression",
    ],
    flat: ["elif_clause", "else_clause"],
    // `else` followed by an `if` of its own, with its own `fi`, is nested.
    elseIf: [],
    parentheses: ["parenthesized_expression"],
  },
  calls: { command: { callee: "name" } },
  imports: [
    {
      kind: "command",
      source: "argument",
      callee: { path: "name", names: ["source", ".", "\\."] },
    },
  ],
  exported: { rule: "all" },
  resolution: { strategy: "bash" },
};
