import { closestMatch } from "leven";
import type { Condition, Formula, Propagator, Term } from "../rule.ts";
import { entry, type Value } from "./document.ts";

/** Something in a rule that cannot be used. */
export class RuleProblem extends Error {
  readonly line: number;
  readonly problem: "unsupported" | "invalid";
  readonly feature: string;

  constructor(problem: "unsupported" | "invalid", feature: string, message: string, line: number) {
    super(message);
    this.problem = problem;
    this.feature = feature;
    this.line = line;
  }
}

/** Keys that say what to look for, one of which a rule has. */
export const FORMULA_KEYS = ["pattern", "patterns", "pattern-either", "pattern-regex"] as const;

/** Of Semgrep, and not of caelum. */
const UNSUPPORTED_TERMS: ReadonlySet<string> = new Set([
  "metavariable-analysis",
  "metavariable-name",
  "pattern-where-python",
  "semgrep-internal-pattern-anywhere",
  "all",
  "any",
  "where",
  "inside",
  "not",
  "regex",
  "comparison",
]);

const TERM_KEYS = [
  ...FORMULA_KEYS,
  "pattern-not",
  "pattern-inside",
  "pattern-not-inside",
  "pattern-not-regex",
  "metavariable-regex",
  "metavariable-comparison",
  "metavariable-pattern",
  "metavariable-type",
  "focus-metavariable",
];

export function invalid(feature: string, message: string, line: number): RuleProblem {
  return new RuleProblem("invalid", feature, message, line);
}

/** `did you mean …`, where something is near. */
export function near(key: string, known: readonly string[]): string {
  const close = closestMatch(key, known, { maxDistance: 3 });
  return close === undefined ? "" : `; did you mean ${close}?`;
}

/** The formula under the one of `FORMULA_KEYS` that a mapping has. Throws a RuleProblem. */
export function formulaOf(value: Value, what: string): Formula {
  // A pattern may stand by itself where a mapping could.
  if (typeof value.scalar === "string") return { type: "pattern", text: value.scalar, line: value.line };
  const present = FORMULA_KEYS.filter((key) => entry(value, key) !== undefined);
  const [key] = present;
  if (key === undefined) throw invalid(what, `${what} needs one of ${FORMULA_KEYS.join(", ")}`, value.line);
  if (present.length > 1)
    throw invalid(what, `${what} has ${present.join(" and ")}; join them under patterns`, value.line);
  const terms: Term[] = [readTerm(key, entry(value, key)!)];
  // Conditions may stand beside the pattern they are about.
  for (const [name, inner, line] of value.entries ?? []) {
    if (name === key || !TERM_KEYS.includes(name)) continue;
    terms.push(readTerm(name, inner, line));
  }
  const [only] = terms;
  return terms.length === 1 && only!.type !== "inside"
    ? (only as Formula)
    : { type: "all", items: terms, line: value.line };
}

function readTerm(key: string, value: Value, keyLine = value.line): Term {
  const { line } = value;
  switch (key) {
    case "pattern":
      return { type: "pattern", text: text(value, key), line };
    case "pattern-regex":
      return { type: "regex", text: text(value, key), line };
    case "patterns":
      return { type: "all", items: list(value, key).map(oneTerm), line };
    case "pattern-either":
      return readEither(list(value, key), line);
    case "pattern-not":
      return { type: "not", item: formulaOf(value, key), line };
    case "pattern-not-regex":
      return { type: "not", item: { type: "regex", text: text(value, key), line }, line };
    case "pattern-inside":
      return { type: "inside", item: formulaOf(value, key), line };
    case "pattern-not-inside":
      return { type: "not-inside", item: formulaOf(value, key), line };
    case "focus-metavariable":
      return {
        type: "focus",
        names: (value.items ?? [value]).map((item) => metavariable(item, key)),
        line,
      };
    case "metavariable-regex":
    case "metavariable-comparison":
    case "metavariable-pattern":
    case "metavariable-type":
      return readCondition(key, value);
    default:
      if (UNSUPPORTED_TERMS.has(key))
        throw new RuleProblem("unsupported", key, `${key} is not supported`, keyLine);
      throw invalid(key, `${key} is no part of patterns${near(key, TERM_KEYS)}`, keyLine);
  }
}

/**
 * One of several. Where all of them are `pattern-inside`, the place is inside of one; beside others such a place counts
 * like what is looked for in it.
 */
function readEither(values: readonly Value[], line: number): Term {
  const items = values.map((value): Formula => {
    const around = entry(value, "pattern-inside");
    return around === undefined || value.entries!.length > 1
      ? formulaOf(value, "pattern-either")
      : formulaOf(around, "pattern-inside");
  });
  const isInside = values.every(
    (value) => entry(value, "pattern-inside") !== undefined && value.entries!.length === 1,
  );
  const either: Formula = { type: "any", items, line };
  return isInside ? { type: "inside", item: either, line } : either;
}

function oneTerm(value: Value): Term {
  const [first, ...others] = value.entries ?? [];
  if (first === undefined) throw invalid("patterns", "an element of patterns must be a mapping", value.line);
  if (others.length === 0) return readTerm(first[0], first[1], first[2]);
  return {
    type: "all",
    items: value.entries!.map(([key, inner, line]) => readTerm(key, inner, line)),
    line: value.line,
  };
}

function readCondition(key: Condition["type"], value: Value): Condition {
  const { line } = value;
  const known = CONDITION_KEYS[key];
  for (const [name, , at] of value.entries ?? [])
    if (!known.includes(name)) throw invalid(name, `${name} is no part of ${key}${near(name, known)}`, at);
  const named = entry(value, "metavariable");
  const need = (name: string): Value => {
    const found = entry(value, name);
    if (found === undefined) throw invalid(key, `${key} needs ${name}`, line);
    return found;
  };
  switch (key) {
    case "metavariable-regex":
      return {
        type: key,
        name: metavariable(need("metavariable"), key),
        text: text(need("regex"), "regex"),
        line,
      };
    case "metavariable-comparison": {
      const base = entry(value, "base")?.scalar;
      return {
        type: key,
        name: named === undefined ? undefined : metavariable(named, key),
        text: text(need("comparison"), "comparison"),
        strip: entry(value, "strip")?.scalar === true,
        base: typeof base === "number" ? base : undefined,
        line,
      };
    }
    case "metavariable-type": {
      const types = entry(value, "types")?.items ?? [need("type")];
      return {
        type: key,
        name: metavariable(need("metavariable"), key),
        types: types.map((one) => text(one, "type")),
        line,
      };
    }
    case "metavariable-pattern": {
      const language = entry(value, "language");
      if (language !== undefined)
        throw new RuleProblem(
          "unsupported",
          "metavariable-pattern.language",
          "another language inside of a metavariable is not supported",
          language.line,
        );
      return { type: key, name: metavariable(need("metavariable"), key), item: formulaOf(value, key), line };
    }
  }
}

const CONDITION_KEYS: Readonly<Record<Condition["type"], readonly string[]>> = {
  "metavariable-regex": ["metavariable", "regex", "constant-propagation"],
  "metavariable-comparison": ["metavariable", "comparison", "strip", "base"],
  "metavariable-type": ["metavariable", "type", "types"],
  "metavariable-pattern": ["metavariable", "language", ...FORMULA_KEYS],
};

export function propagatorOf(value: Value): Propagator {
  const from = entry(value, "from");
  const to = entry(value, "to");
  if (from === undefined || to === undefined)
    throw invalid("pattern-propagators", "a propagator needs from and to", value.line);
  return {
    item: formulaOf(value, "pattern-propagators"),
    from: metavariable(from, "from"),
    to: metavariable(to, "to"),
  };
}

export function text(value: Value, key: string): string {
  if (typeof value.scalar === "string") return value.scalar;
  if (value.scalar !== undefined) return String(value.scalar);
  throw invalid(key, `${key} must be a text`, value.line);
}

export function list(value: Value, key: string): readonly Value[] {
  if (value.items === undefined || value.items.length === 0)
    throw invalid(key, `${key} must be a list with something in it`, value.line);
  return value.items;
}

function metavariable(value: Value, key: string): string {
  const name = text(value, key);
  if (!/^\$(?:\.\.\.)?[A-Z_][A-Z_0-9]*$|^\$\d+$/.test(name))
    throw invalid(key, `${key} must name a metavariable such as $X, got "${name}"`, value.line);
  return name;
}
