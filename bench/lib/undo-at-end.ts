/** What still has to be undone, oldest first. */
const open = new Set<() => unknown>();
const signals = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
let listening = false;

/**
 * `undo` runs if this program is ended by a signal: children, hosts, groups and folders must not outlive it. Newest first,
 * as they were made. Returns what takes it off the list, for when it has been undone in the ordinary way.
 */
export function undoAtEnd(undo: () => unknown): () => void {
  if (!listening) listen();
  listening = true;
  // Two that are equal are two.
  const entry = (): unknown => undo();
  open.add(entry);
  return () => void open.delete(entry);
}

function listen(): void {
  for (const [signal, number] of Object.entries(signals)) process.once(signal, () => void end(128 + number));
}

async function end(code: number): Promise<never> {
  for (const undo of [...open].toReversed()) {
    try {
      await undo();
    } catch (error) {
      // The others still have to be undone.
      console.error(error);
    }
  }
  process.exit(code);
}
