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
  let ending: Promise<never> | undefined;
  // Who presses ctrl-C once more wants it over, and not half undone: it takes a moment.
  for (const [signal, number] of Object.entries(signals))
    process.on(signal, () => void (ending ??= end(128 + number)));
}

async function end(code: number): Promise<never> {
  // What was under way fails now for want of what is undone: that must not end us before all of it is.
  process.on("uncaughtException", () => undefined);
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
