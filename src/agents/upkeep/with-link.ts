import { connectHost, type Host, type Link } from "#fleet";
import { bounded } from "./bounded.ts";

/** Connects, works, and closes, all within `ms`. */
export function withLink<T>(
  host: Host,
  ms: number,
  signal: AbortSignal,
  work: (link: Link, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return bounded(host.name, ms, signal, async (within) => {
    const link = await connectHost(host, within);
    // Nothing on it may outlive the time that was given, not even what does not listen to the signal.
    const close = (): void => link.close();
    within.addEventListener("abort", close, { once: true });
    try {
      return await work(link, within);
    } finally {
      within.removeEventListener("abort", close);
      close();
    }
  });
}
