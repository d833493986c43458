import type { FunctionRole, LanguageData, ValueRole } from "../language.ts";

/** What has an empty body ends where its `end` stands. */
const body = "body|>'end'";

const method: FunctionRole = {
  kind: "method",
  name: "name",
  parameters: "parameters",
  body,
  kindByName: { initialize: "constructor" },
};

/** `A, (B, *C) = …` declares three. */
const constant: ValueRole = {
  kind: "constant",
  name: "left",
  patterns: { kinds: ["left_assignment_list", "destructured_left_assignment", "rest_assignment"] },
  pattern: "^\\p{Lu}",
};

/**
 * Decisions: if, unless, elsif, while, until (each also as a modifier), for, when, in, rescue, `?:`, `&&`, `||`,
 * `and`, `or`, `&&=`, `||=`, `&.`. Blocks belong to the method that passes them and nest; `->` is a function.
 * Everything is exported: visibility is set by calls at run time.
 */
export const ruby: LanguageData = {
  id: "ruby",
  name: "Ruby",
  grammar: "tree-sitter-ruby",
  extensions: [".rb", ".rake", ".gemspec", ".ru", ".podspec", ".jbuilder", ".rabl", ".thor", ".rbw"],
  fileNames: [
    "Rakefile",
    "Gemfile",
    "Guardfile",
    "Capfile",
    "Vagrantfile",
    "Brewfile",
    "Podfile",
    "Fastfile",
    "Appfile",
    "Dangerfile",
    "Berksfile",
    "Thorfile",
    ".irbrc",
    ".pryrc",
  ],
  interpreters: ["ruby", "jruby", "rake", "rbx", "truffleruby"],
  comments: ["comment"],
  literals: ["string", "regex", "delimited_symbol"],
  interpolation: "interpolation",
  functions: {
    method,
    singleton_method: { ...method, kindByName: {} },
    lambda: {
      kind: "lambda",
      nameFrom: { assignment: "left", pair: "key" },
      parameters: "parameters",
      body: "body",
    },
  },
  types: {
    class: { kind: "class", name: "name", body },
    module: { kind: "module", name: "name", body },
  },
  values: { assignment: constant, operator_assignment: constant },
  decisions: [
    "if",
    "unless",
    "elsif",
    "if_modifier",
    "unless_modifier",
    "while",
    "until",
    "while_modifier",
    "until_modifier",
    "for",
    "when",
    "in_clause",
    "rescue",
    "rescue_modifier",
    "conditional",
    "'&&='",
    "'||='",
    "'&.'",
  ],
  logical: { nodes: ["binary"], operators: ["&&", "||", "and", "or"] },
  cognitive: {
    ifs: ["if", "unless", "if_modifier", "unless_modifier"],
    structures: [
      "while",
      "until",
      "while_modifier",
      "until_modifier",
      "for",
      "case",
      "case_match",
      "rescue",
      "rescue_modifier",
      "conditional",
    ],
    // The block of a lambda is its body.
    nests: [
      { kind: "block", notParents: ["lambda"] },
      { kind: "do_block", notParents: ["lambda"] },
    ],
    flat: ["elsif", { kind: "else", parents: ["if", "elsif", "unless"] }],
    elseIf: [],
    parentheses: ["parenthesized_statements"],
  },
  calls: { call: { callee: "method", receiver: "receiver" } },
  selfPrefixes: ["self."],
  imports: [
    {
      kind: "call",
      source: "arguments.>string",
      callee: { path: "method", names: ["require", "require_relative", "load", "autoload"] },
      // `YAML.load("x")` loads no code.
      without: "receiver",
      formBy: {
        require: "require",
        require_relative: "require_relative",
        load: "load",
        autoload: "autoload",
      },
    },
  ],
  exported: { rule: "all" },
  resolution: { strategy: "ruby" },
};
