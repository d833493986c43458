import type { FlowSyntax } from "./syntax.ts";

/** Tokens that the kind of their parent implies. */
export const PUNCTUATION: ReadonlySet<string> = new Set([
  "(",
  ")",
  "{",
  "}",
  "[",
  "]",
  ",",
  ";",
  ":",
  "\n",
  "",
  "'",
  "`",
  '"',
  '"""',
]);

/** Kinds of leaves that are a name. */
export const NAME =
  /(^|_)(identifier|identifier_pattern|name|constant|word|variable)$|^(self|this|simple_symbol|hash_key_symbol)$/;

/** Kinds whose children are statements or declarations. */
export const BLOCK =
  /^(program|module|source_file|translation_unit|compilation_unit|class_body|body_statement|block_body|then|do_group|colon_block|subshell)$|(^|_)block$|statement_list$|declaration_list$|compound_statement$|^(switch_case|switch_default|case_statement|case_clause|expression_case|default_case|switch_section|switch_block_statement_group|else|ensure|rescue|when|case_item)$/;

/** Kinds of marks around the characters of a string: how it is quoted does not matter. */
export const QUOTES: ReadonlySet<string> = new Set([
  "string_start",
  "string_end",
  "interpolation_start",
  "interpolation_quote",
  "raw_string_start",
  "raw_string_end",
  "interpolation_brace",
]);

/** Kinds of leaves that are a number. */
export const NUMBER = /integer|float|number|int_literal|real_literal/;

/** Kinds inside a string that are nothing but its characters. */
export const STRING_PARTS: ReadonlySet<string> = new Set([
  "string_start",
  "string_end",
  "string_content",
  "string_fragment",
  "multiline_string_fragment",
  "escape_sequence",
  "escape_interpolation",
  "interpreted_string_literal_content",
  "raw_string_literal_content",
  "string_literal_content",
  "string_literal_encoding",
  "raw_string_content",
  "raw_string_start",
  "raw_string_end",
  "raw_string_delimiter",
]);

/** Of these a string is put together. */
export const CONCATENATIONS: ReadonlySet<string> = new Set([
  "concatenated_string",
  "chained_string",
  "binary_operator",
  "binary_expression",
  "binary",
]);

const COMPARISONS = [
  "==",
  "!=",
  "===",
  "!==",
  "<",
  ">",
  "<=",
  ">=",
  "in",
  "not in",
  "is",
  "is not",
  "instanceof",
];

export function flow(own: Partial<FlowSyntax>): FlowSyntax {
  return {
    returns: ["return_statement"],
    jumps: ["return_statement", "break_statement", "continue_statement"],
    branches: ["if_statement"],
    armFields: ["consequence", "alternative"],
    armKinds: [],
    loops: ["for_statement", "while_statement"],
    iterations: {},
    comparisons: COMPARISONS,
    subscripts: {},
    ...own,
  };
}
