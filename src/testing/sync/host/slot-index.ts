import { readFileSync, renameSync, type Stats, writeFileSync } from "node:fs";
import type { BytePath, Entry, EntryKind } from "../manifest.ts";

/** What was written to a path, and how the file looked right then. */
export interface Placed {
  id: string;
  kind: EntryKind;
  size: number;
  mtimeMs: number;
  ctimeMs: number;
  ino: number;
}

const version = 1;
/** Clocks of file systems tick: a change right after ours may leave no trace in the times. */
const tickMs = 50;

/**
 * What lies in a slot, as far as we put it there. Only a hint: a path counts as unchanged when its file looks exactly
 * as it did when it was written, so a killed sync or a test that writes into the tree cannot mislead the next one.
 */
export class SlotIndex {
  readonly #file: string;
  #placed = new Map<BytePath, Placed>();
  #savedAt = 0;

  constructor(file: string) {
    this.#file = file;
    try {
      const {
        version: of,
        savedAt,
        placed,
      } = JSON.parse(readFileSync(file, "utf8")) as {
        version: number;
        savedAt: number;
        placed: [BytePath, Placed][];
      };
      if (of === version) {
        this.#placed = new Map(placed);
        this.#savedAt = savedAt;
      }
    } catch {
      // None yet, or damaged: everything is looked at anew.
    }
  }

  get paths(): Iterable<BytePath> {
    return this.#placed.keys();
  }

  get(path: BytePath): Placed | undefined {
    return this.#placed.get(path);
  }

  entries(): Iterable<[BytePath, Placed]> {
    return this.#placed;
  }

  /** `unsure`: it looks the same, but was written so shortly before the index that this proves nothing. */
  looks(path: BytePath, stats: Stats): "same" | "unsure" | "changed" {
    const placed = this.#placed.get(path);
    if (placed === undefined) return "changed";
    const same =
      placed.size === stats.size &&
      placed.mtimeMs === stats.mtimeMs &&
      placed.ctimeMs === stats.ctimeMs &&
      placed.ino === stats.ino &&
      kindOfStats(stats, placed.kind) === placed.kind;
    if (!same) return "changed";
    return Math.max(stats.mtimeMs, stats.ctimeMs) >= this.#savedAt - tickMs ? "unsure" : "same";
  }

  set(path: BytePath, { id, kind }: Pick<Entry, "id" | "kind">, stats: Stats): void {
    const { size, mtimeMs, ctimeMs, ino } = stats;
    this.#placed.set(path, { id, kind, size, mtimeMs, ctimeMs, ino });
  }

  delete(path: BytePath): void {
    this.#placed.delete(path);
  }

  save(): void {
    const temporary = `${this.#file}.${process.pid}.tmp`;
    const content = { version, savedAt: Date.now(), placed: [...this.#placed] };
    writeFileSync(temporary, JSON.stringify(content), { mode: 0o600 });
    renameSync(temporary, this.#file);
  }
}

/** Windows has no executable bit: there `wanted` decides between the two kinds of file. */
function kindOfStats(stats: Stats, wanted: EntryKind): EntryKind | undefined {
  if (stats.isSymbolicLink()) return "link";
  if (!stats.isFile()) return undefined;
  if (process.platform === "win32") return wanted === "link" ? "link" : wanted;
  return (stats.mode & 0o100) === 0 ? "file" : "executable";
}
