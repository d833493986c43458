import type { TestUnit } from "../model.ts";
import { weightsOf } from "./items.ts";

/** One of several runs that together run everything once: those of a CI's matrix. */
export interface Shard {
  /** From 1. */
  index: number;
  count: number;
}

/**
 * The units of one shard: the heaviest first, each to the shard that has least. Weights are sizes alone, since whoever runs
 * the other shards has to come to the same split and knows nothing of the times that are recorded here.
 */
export function unitsOfShard(units: readonly TestUnit[], { index, count }: Shard): TestUnit[] {
  const weights = weightsOf(units, new Map());
  const byWeight = units.toSorted(
    (a, b) => weights.get(b.id)! - weights.get(a.id)! || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
  const loads = Array.from({ length: count }, () => 0);
  const own = new Set<string>();
  for (const { id } of byWeight) {
    const lightest = loads.indexOf(Math.min(...loads));
    loads[lightest]! += weights.get(id)!;
    if (lightest === index - 1) own.add(id);
  }
  return units.filter(({ id }) => own.has(id));
}
