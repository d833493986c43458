import type { Language } from "web-tree-sitter";
import { FIELD_MASK, FIELD_SHIFT, STRIDE, SUBTREE_END, SYMBOL_MASK } from "../parse/flat-tree.ts";

/**
 * The small path language of the language data. Alternatives are separated by `|`, steps by `.`:
 * `name` child in that field · `name[]` every such child · `declarator*` down that field as long as it exists ·
 * `declarator*!function_declarator` the same, but nowhere when that kind is met ·
 * `declarator~function_declarator` down that field until the kind is met · `>string` first child of that kind ·
 * `>string[]` every child of that kind · `.` alone: the node itself.
 */
export type FieldPath = readonly (readonly Step[])[];

interface Step {
  type: "field" | "deepest" | "until" | "kind";
  id: number;
  /** For `until`: the kind. For `deepest`: a kind that must not be met, or 0. */
  until: number;
  all: boolean;
}

export class UnknownKindError extends Error {}

export function kindId(language: Language, kind: string): number {
  const anonymous = kind.startsWith("'") && kind.endsWith("'");
  const id = language.idForNodeType(anonymous ? kind.slice(1, -1) : kind, !anonymous);
  if (id === null || id === 0) throw new UnknownKindError(`the grammar has no node kind ${kind}`);
  return id;
}

export function fieldId(language: Language, field: string): number {
  const id = language.fieldIdForName(field);
  if (id === null) throw new UnknownKindError(`the grammar has no field ${field}`);
  return id;
}

export function compilePath(language: Language, path: string): FieldPath {
  return path.split("|").map((alternative) => {
    if (alternative === ".") return [];
    return alternative.split(".").map((step): Step => {
      const all = step.endsWith("[]");
      const text = all ? step.slice(0, -2) : step;
      if (text.startsWith(">")) return { type: "kind", id: kindId(language, text.slice(1)), until: 0, all };
      const [deep = "", not] = text.split("*");
      if (deep !== text) {
        const until = not === "" || not === undefined ? 0 : kindId(language, not.slice(1));
        return { type: "deepest", id: fieldId(language, deep), until, all };
      }
      const [field = "", until] = text.split("~");
      if (until !== undefined) {
        return { type: "until", id: fieldId(language, field), until: kindId(language, until), all };
      }
      return { type: "field", id: fieldId(language, text), until: 0, all };
    });
  });
}

/** First direct child in a field, or -1. */
export function childByField(nodes: Uint32Array, node: number, field: number): number {
  const end = nodes[node * STRIDE + SUBTREE_END]!;
  for (let child = node + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!) {
    if (((nodes[child * STRIDE]! >>> FIELD_SHIFT) & FIELD_MASK) === field) return child;
  }
  return -1;
}

/** First direct child of a kind, or -1. */
export function childByKind(nodes: Uint32Array, node: number, kind: number): number {
  const end = nodes[node * STRIDE + SUBTREE_END]!;
  for (let child = node + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!) {
    if ((nodes[child * STRIDE]! & SYMBOL_MASK) === kind) return child;
  }
  return -1;
}

/** The node a path leads to, or -1. */
export function follow(nodes: Uint32Array, node: number, path: FieldPath): number {
  for (const steps of path) {
    let at = node;
    for (const step of steps) {
      at = stepOnce(nodes, at, step);
      if (at < 0) break;
    }
    if (at >= 0) return at;
  }
  return -1;
}

/** Every node a path with `[]` leads to, in order. The first alternative that leads anywhere is taken. */
export function followAll(nodes: Uint32Array, node: number, path: FieldPath): number[] {
  for (const steps of path) {
    let found = [node];
    for (const step of steps) {
      const next: number[] = [];
      for (const at of found) addStep(nodes, at, step, next);
      found = next;
    }
    if (found.length > 0) return found;
  }
  return [];
}

function addStep(nodes: Uint32Array, node: number, step: Step, into: number[]): void {
  if (!step.all) {
    const at = stepOnce(nodes, node, step);
    if (at >= 0) into.push(at);
    return;
  }
  const end = nodes[node * STRIDE + SUBTREE_END]!;
  for (let child = node + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!) {
    const head = nodes[child * STRIDE]!;
    const id = step.type === "kind" ? head & SYMBOL_MASK : (head >>> FIELD_SHIFT) & FIELD_MASK;
    if (id === step.id) into.push(child);
  }
}

function stepOnce(nodes: Uint32Array, node: number, step: Step): number {
  switch (step.type) {
    case "field":
      return childByField(nodes, node, step.id);
    case "kind":
      return childByKind(nodes, node, step.id);
    case "deepest": {
      for (let at = node; ;) {
        if (step.until !== 0 && (nodes[at * STRIDE]! & SYMBOL_MASK) === step.until) return -1;
        const next = childByField(nodes, at, step.id);
        if (next < 0) return at;
        at = next;
      }
    }
    case "until": {
      for (let at = node; at >= 0; at = childByField(nodes, at, step.id)) {
        if ((nodes[at * STRIDE]! & SYMBOL_MASK) === step.until) return at;
      }
      return -1;
    }
  }
}
