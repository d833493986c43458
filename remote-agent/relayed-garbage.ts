/** Between two looks, each of which takes less than a millisecond. */
const relayedBytes = 4e6;

/**
 * To be told of every result that is passed on. Its bytes lie outside of the heap, as does what it was put together from,
 * and V8 lets 64 MB of such garbage gather before it looks. Where the agent may, it looks sooner.
 */
export function watchRelayed(): (bytes: number) => void {
  let since = 0;
  return (bytes) => {
    since += bytes;
    if (since < relayedBytes) return;
    since = 0;
    globalThis.gc?.({ type: "minor" });
  };
}
