import { type FSWatcher, watch } from "node:fs";
import path from "node:path";

/** Changes come in bursts: a checkout, a build. */
const quietMs = 150;
/** Each watched folder costs a handle of the kernel. */
const maxFolders = 4000;

/**
 * Calls `onQuiet` a moment after the last change in some folders. Only ever a hint: events get lost, and some file systems
 * have none. Nothing keeps the process alive.
 */
export class FolderWatch {
  readonly #root: string;
  readonly #onQuiet: () => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(root: string, onQuiet: () => void) {
    this.#root = root;
    this.#onQuiet = onQuiet;
  }

  /** From now on these folders, relative to the root, and no others. */
  follow(folders: readonly string[]): void {
    if (this.#closed) return;
    const wanted = new Set(folders.slice(0, maxFolders));
    for (const [folder, watcher] of this.#watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of wanted) {
      if (this.#watchers.has(folder)) continue;
      try {
        const watcher = watch(path.join(this.#root, folder), { persistent: false }, this.#changed);
        watcher.on("error", () => this.#drop(folder));
        this.#watchers.set(folder, watcher);
      } catch {
        return; // no more handles, or the folder has gone: the next question looks for itself
      }
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #drop(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  readonly #changed = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onQuiet, quietMs).unref();
  };
}
