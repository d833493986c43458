/**
 * What was learned of one host and kind: a line through (weight, milliseconds) of its leases, older ones counting
 * less. The line's height at weight 0 is the overhead of a lease, its slope the cost of the work. Sums of weighted
 * least squares; no lease is kept.
 */
export interface Estimate {
  n: number;
  w: number;
  ms: number;
  ww: number;
  wms: number;
  /** Shortest lease seen lately: overhead cannot be more. */
  leastMs: number;
  /** Heaviest lease answered: what a host can do is known up to here. */
  mostWeight: number;
  leases: number;
  first: { readonly weight: number; readonly ms: number };
}

const forget = 0.9;
/** A line through fewer leases is noise. */
const leastLeases = 4;
/** Below this squared coefficient of variation the weights are too alike to tell overhead from work. */
const leastSpread = 0.02;

const cleared = { n: 0, w: 0, ms: 0, ww: 0, wms: 0, leastMs: Infinity };

export function newEstimate(): Estimate {
  return { ...cleared, mostWeight: 0, leases: 0, first: { weight: 0, ms: 0 } };
}

/**
 * Counts a lease. The first one of a kind also pays for what the host loads and compiles for it: as soon as there is
 * another, it says nothing about speed any more.
 */
export function observe(estimate: Estimate, weight: number, ms: number): void {
  estimate.leases++;
  if (estimate.leases === 1) estimate.first = { weight, ms };
  if (estimate.leases === 2) Object.assign(estimate, cleared);
  estimate.n = estimate.n * forget + 1;
  estimate.w = estimate.w * forget + weight;
  estimate.ms = estimate.ms * forget + ms;
  estimate.ww = estimate.ww * forget + weight * weight;
  estimate.wms = estimate.wms * forget + weight * ms;
  // Lets the bound rise again when a link has become slower for good.
  estimate.leastMs = Math.min(estimate.leastMs * 1.05, ms);
  estimate.mostWeight = Math.max(estimate.mostWeight, weight);
}

/** Milliseconds that a lease costs beside its work; `assumed` until leases of different size were seen. */
export function overheadOf(estimate: Estimate | undefined, assumed: number): number {
  if (estimate === undefined || estimate.n === 0) return assumed;
  const { n, w, ms, ww, wms } = estimate;
  const spread = n * ww - w * w;
  const telling = n >= leastLeases && spread > leastSpread * w * w;
  const height = telling ? (ms * ww - w * wms) / spread : assumed;
  // Half of the shortest lease at most: a line that noise has tilted must not more than double the speed.
  return Math.min(Math.max(height, 0), estimate.leastMs / 2);
}

/** Weight per millisecond of one slot, overhead taken off; undefined if nothing was seen. */
export function speedOf(estimate: Estimate | undefined, assumedOverhead: number): number | undefined {
  if (estimate === undefined || estimate.n === 0) return undefined;
  const work = estimate.ms - estimate.n * overheadOf(estimate, assumedOverhead);
  // A clock that stood still says nothing about speed.
  return work > 0 ? estimate.w / work : undefined;
}

/** Milliseconds that the first lease took beyond what later ones say it should; undefined until there is a later one. */
export function startOf(estimate: Estimate, assumedOverhead: number): number | undefined {
  const { first, leases } = estimate;
  const speed = speedOf(estimate, assumedOverhead);
  if (speed === undefined || leases < 2) return undefined;
  return Math.max(0, first.ms - overheadOf(estimate, assumedOverhead) - first.weight / speed);
}
