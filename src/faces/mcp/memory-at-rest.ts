import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const lookMs = 1000;
/** Less is not worth a pause. */
const worthBytes = 12e6;
/** Collecting more than this takes longer than somebody who asks in the middle of it should wait. */
const mostBytes = 250e6;

type CollectGarbage = (options: { type: "major"; flavor: "last-resort" }) => void;

/**
 * Gives the memory back that heavy work has left behind, once nobody has been waiting for a second. V8 itself keeps it for
 * the next such work, which may be hours away: after the index of a project that is two thirds of the heap.
 */
export function giveMemoryBack(isBusy: () => boolean): () => void {
  let collectGarbage: CollectGarbage | undefined;
  let settled = getHeapStatistics().total_heap_size;
  let wasBusy = false;
  const timer = setInterval(() => {
    const busyBefore = wasBusy;
    wasBusy = isBusy();
    if (wasBusy || busyBefore) return;
    const { total_heap_size: total, used_heap_size: used } = getHeapStatistics();
    if (total - settled < worthBytes || used > mostBytes) return;
    // The pause is 0.1 s; on demand only, so that nothing is paid for while people ask.
    setFlagsFromString("--expose-gc");
    collectGarbage ??= runInNewContext("gc") as CollectGarbage;
    collectGarbage({ type: "major", flavor: "last-resort" });
    settled = getHeapStatistics().total_heap_size;
  }, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}
