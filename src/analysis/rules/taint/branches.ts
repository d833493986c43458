import type { Source } from "../match/source.ts";
import { Is } from "../syntax/compile-syntax.ts";

/** Whether a child is executed or not, as its parent decides. */
export function isArm(source: Source, parent: number, child: number): boolean {
  if ((source.is(child) & Is.arm) !== 0 && (source.is(child) & Is.block) === 0) return true;
  if ((source.is(child) & Is.arm) !== 0 && (source.is(parent) & Is.branch) !== 0) return true;
  const field = source.field(child);
  return field !== 0 && (source.is(parent) & Is.branch) !== 0 && source.syntax.armFields.has(field);
}

/** Whether an arm is the one for all other cases. */
export function isElse(source: Source, arm: number): boolean {
  const kind = source.syntax.language.nodeTypeForId(source.symbol(arm)) ?? "";
  return (
    /else|default|finally|ensure/.test(kind) ||
    source.field(arm) === source.syntax.language.fieldIdForName("alternative")
  );
}

/** Whether an arm ends by leaving. */
export function leaves(source: Source, arm: number): boolean {
  let at = arm;
  for (let depth = 0; depth < 6; depth++) {
    if ((source.is(at) & Is.jump) !== 0) return true;
    const last = source.children(at).at(-1);
    if (last === undefined) return false;
    at = last;
  }
  return false;
}

/**
 * The child that decides which of the others is the value of a choice; it is no part of the value itself. -1: there is
 * none, or it is both (`a ?: b`).
 */
export function conditionOf(source: Source, branch: number): number {
  const { conditionField, valueFields, conditionToken } = source.syntax;
  let condition = -1;
  let hasValue = false;
  let isNext = false;
  for (const child of source.children(branch)) {
    // `a if b else c` in Python, where nothing has a field.
    if (isNext) return child;
    const field = source.field(child);
    if (field !== 0 && field === conditionField) condition = child;
    else if (field !== 0 && valueFields.has(field)) hasValue = true;
    isNext = conditionToken !== "" && !source.isNamed(child) && source.textOf(child) === conditionToken;
  }
  return hasValue ? condition : -1;
}
