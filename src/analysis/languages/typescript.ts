import type { LanguageData, SymbolRole } from "../language.ts";
import { javascript, javascriptDecisions, javascriptFunctions, javascriptVariables } from "./javascript.ts";

const named = (kind: string): SymbolRole => ({ kind, name: "name" });
/** `import type …` and `export type … from`: nothing of it is there when the program runs. */
const typeOnly = { "'type'": "type" };
const namespace: SymbolRole = { kind: "namespace", name: "name" };

/**
 * The decision set is ESLint's `complexity` rule in its classic variant, as on JavaScript: a parameter with a
 * default value counts, types (conditional ones too) do not.
 */
export const typescript: LanguageData = {
  ...javascript,
  id: "typescript",
  name: "TypeScript",
  grammar: "tree-sitter-typescript",
  extensions: [".ts", ".mts", ".cts"],
  interpreters: ["ts-node", "tsx", "deno"],
  functions: {
    ...javascriptFunctions({ public_field_definition: "name" }),
    // Without a body they are symbols only. Overloads are left to the function that implements them.
    function_signature: {
      kind: "function",
      name: "name",
      body: "body",
      listed: "always",
      parents: ["ambient_declaration"],
    },
    abstract_method_signature: { kind: "method", name: "name", body: "body", listed: "always" },
    method_signature: {
      kind: "method",
      name: "name",
      body: "body",
      listed: "always",
      parents: ["interface_body"],
    },
  },
  detached: ["class_static_block", { kind: "public_field_definition", only: "value" }],
  types: {
    ...javascript.types,
    abstract_class_declaration: { kind: "class", name: "name", body: "body" },
    interface_declaration: named("interface"),
    type_alias_declaration: named("type"),
    enum_declaration: named("enum"),
    internal_module: namespace,
    module: namespace,
  },
  values: {
    variable_declarator: javascriptVariables(["program", "export_statement", "ambient_declaration"]),
    enum_assignment: { kind: "constant", name: "name" },
    property_identifier: { kind: "constant", name: ".", parents: ["enum_body"] },
    public_field_definition: { kind: "field", name: "name", tokens: ["'static'"], parents: ["class_body"] },
  },
  decisions: [
    ...javascriptDecisions,
    { kind: "required_parameter", has: "'='" },
    { kind: "optional_parameter", has: "'='" },
    // This grammar has no node for the `?.` of a call.
    { kind: "'?.'", parents: ["call_expression"] },
  ],
  imports: [
    { kind: "import_statement", source: "source|>import_require_clause.source", formByToken: typeOnly },
    { kind: "export_statement", source: "source", formByToken: typeOnly },
    ...javascript.imports.filter(({ kind }) => kind === "call_expression"),
  ],
  exported: {
    rule: "ancestor",
    kinds: ["export_statement"],
    lists: { export_specifier: "name", export_statement: "value|>identifier" },
    hidden: "^#",
    unless: { texts: ["private"], within: "accessibility_modifier" },
  },
  resolution: { strategy: "javascript", reaches: ["javascript", "tsx"] },
};

/** The same with JSX, which is a grammar of its own because `<T>x` means something else there. */
export const tsx: LanguageData = {
  ...typescript,
  id: "tsx",
  name: "TSX",
  grammar: "tree-sitter-tsx",
  extensions: [".tsx"],
  interpreters: [],
  resolution: { strategy: "javascript", reaches: ["javascript", "typescript"] },
};
