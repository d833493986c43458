const lookMs = 500;

/**
 * Calls `onOrphaned` once when the process that started this one has gone. Its end also closes stdin, unless something
 * else holds the other end of that pipe.
 */
export function watchParent(onOrphaned: () => void): () => void {
  const parent = process.ppid;
  // Started by init itself: there is nobody whose end would show.
  if (parent <= 1) return () => undefined;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onOrphaned();
  }, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}
