import { getHeapStatistics } from "node:v8";
import { expect, it, onTestFinished } from "vitest";
import { giveMemoryBack } from "../../../src/faces/mcp/memory-at-rest.ts";
import { eventually } from "../../helpers/processes.ts";

const heapMb = (): number => getHeapStatistics().total_heap_size / 1e6;

/** A heap that has grown and is garbage: what lives as long as this call is old enough not to be collected in passing. */
function grow(): number {
  const kept = Array.from({ length: 700_000 }, (_, i) => ({ i, text: `a text of its own ${i}` }));
  const grown = heapMb();
  kept.length = 0;
  return grown;
}

it("the heap that work has left behind is given back at rest, and not while somebody waits", async () => {
  let isBusy = true;
  const stop = giveMemoryBack(() => isBusy);
  onTestFinished(stop);
  const grown = grow();
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(heapMb()).toBeGreaterThan(grown - 20);
  isBusy = false;
  await eventually("the heap is small again", () => heapMb() < grown - 40);
});
