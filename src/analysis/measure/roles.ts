/** What a kind of node is to the measures: bits, by symbol number. Most nodes have none of them. */
export const Role = {
  comment: 1 << 0,
  literal: 1 << 1,
  function: 1 << 2,
  detached: 1 << 3,
  type: 1 << 4,
  value: 1 << 5,
  decision: 1 << 6,
  logicalNode: 1 << 7,
  logicalOperator: 1 << 8,
  if: 1 << 9,
  structure: 1 << 10,
  flat: 1 << 11,
  parenthesis: 1 << 12,
  call: 1 << 13,
  import: 1 << 14,
  error: 1 << 15,
  module: 1 << 16,
  exportList: 1 << 17,
  nest: 1 << 18,
  /** What a leaf counts as for Halstead. */
  operator: 1 << 19,
  operand: 1 << 20,
  /** Tokens of fixed text on one line: what they do to lines needs no look at the text. */
  fixed: 1 << 21,
  /** Literals that may have an interpolation inside. */
  template: 1 << 22,
} as const;

/** Roles that the main loop deals with by itself. */
export const TOKEN_ROLES =
  Role.comment | Role.literal | Role.template | Role.operator | Role.operand | Role.fixed;
