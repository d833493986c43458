import type { Outcome } from "../types.ts";

export const unresolved: Outcome = { kind: "unresolved" };

/** An import that is the project's own and adds no dependency (a namespace that only holds namespaces). */
export const nothing: Outcome = { kind: "resolved", targets: [] };

export function external(name: string): Outcome {
  return { kind: "external", name };
}

/** Undefined stands for "not found", and a file for itself. */
export function found(target: number | undefined): Outcome | undefined {
  return target === undefined ? undefined : { kind: "resolved", targets: [target] };
}

export function foundAll(targets: readonly number[]): Outcome | undefined {
  return targets.length === 0 ? undefined : { kind: "resolved", targets: [...new Set(targets)] };
}
