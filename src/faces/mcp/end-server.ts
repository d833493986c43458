import type { McpOptions } from "./make-state.ts";

/** Children and connections get so long to end; then the process does. */
const closeMs = 1500;
/** What is left of it is for spans that have not been sent. */
const spansMs = 700;

/**
 * Ends a server within two seconds of being asked to, whatever holds it. `close` lets go of its clients and its work; what
 * fails meanwhile no longer matters to anybody.
 */
export async function endServer(
  { telemetry }: Pick<McpOptions, "telemetry">,
  close: () => Promise<unknown>,
): Promise<void> {
  const timer = setTimeout(() => process.exit(0), closeMs);
  await close().catch(() => undefined);
  // A collector that does not answer keeps nobody waiting: its connection would hold the process.
  if ((await telemetry?.close(spansMs)) === false) process.exit(0);
  clearTimeout(timer);
}
