import {
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import path from "node:path";

/** Installations that wait for their lock file to come back, in a workspace. */
const keptAside = 3;

/**
 * What steps have made and no slot uses now, by the key of the step: changing between branches with different lock
 * files is a rename each way. Beside the slots: `aside/KEY/`, inside it each output
 * under its path, escaped.
 */
export class Aside {
  readonly #folder: string;

  constructor(workspace: string) {
    this.#folder = path.join(workspace, "aside");
  }

  /** Moves outputs out of a slot. What cannot be moved is removed: it belongs to another lock file. */
  put(key: string, root: string, outputs: readonly string[]): void {
    const target = path.join(this.#folder, key);
    const isWhole = outputs.length > 0 && outputs.every((output) => isThere(path.join(root, output)));
    try {
      rmSync(target, { recursive: true, force: true });
      if (isWhole) {
        mkdirSync(target, { recursive: true });
        for (const output of outputs)
          renameSync(path.join(root, output), path.join(target, encodeURIComponent(output)));
        this.#bound();
      }
    } catch {
      rmSync(target, { recursive: true, force: true });
    }
    for (const output of outputs) rmSync(path.join(root, output), { recursive: true, force: true });
  }

  /** Moves them into a slot; false if there are none of this key. */
  take(key: string, root: string, outputs: readonly string[]): boolean {
    const source = path.join(this.#folder, key);
    const own = `${source}.${process.pid}`;
    try {
      // Whoever renames it first has it.
      renameSync(source, own);
    } catch {
      return false;
    }
    for (const output of outputs) {
      const target = path.join(root, output);
      rmSync(target, { recursive: true, force: true });
      move(path.join(own, encodeURIComponent(output)), target);
    }
    rmSync(own, { recursive: true, force: true });
    return true;
  }

  #bound(): void {
    const found = readdirSync(this.#folder).map((name) => {
      const folder = path.join(this.#folder, name);
      return { folder, at: lstatSync(folder).mtimeMs };
    });
    const old = found.sort((a, b) => b.at - a.at).slice(keptAside);
    for (const { folder } of old) rmSync(folder, { recursive: true, force: true });
  }
}

export function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

function move(from: string, to: string): void {
  if (!isThere(from)) return;
  mkdirSync(path.dirname(to), { recursive: true });
  renameSync(from, to);
}

/**
 * Gives a slot what another has installed: hard links, so 25,000 files take a second and no room. Installed files are
 * replaced and not written into, by package managers as by tools; what tools do write (`.cache`) is not taken along.
 */
export function linkOutputs(from: string, to: string, outputs: readonly string[]): void {
  for (const output of outputs) {
    const source = path.join(from, output);
    const target = path.join(to, output);
    rmSync(target, { recursive: true, force: true });
    if (!isThere(source)) continue;
    mkdirSync(path.dirname(target), { recursive: true });
    linkAll(source, target);
  }
}

function linkAll(source: string, target: string): void {
  const stats = lstatSync(source);
  if (stats.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
  else if (stats.isDirectory()) {
    mkdirSync(target);
    for (const name of readdirSync(source))
      if (name !== ".cache") linkAll(path.join(source, name), path.join(target, name));
  } else if (stats.isFile()) {
    try {
      linkSync(source, target);
    } catch {
      copyFileSync(source, target);
    }
  }
}
