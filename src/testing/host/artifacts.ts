import { copyFileSync, mkdirSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import picomatch from "picomatch";

/** Nobody looks for pictures and traces in there, and there are many. */
const passedOver = new Set(["node_modules", ".git"]);
/** All that one run may leave here, bytes: a runaway trace must not fill the disk. */
const mostBytes = 500_000_000;

export interface Artifact {
  /** Unit that it was left by. */
  unit: string;
  /** Below the tree, with `/`. */
  name: string;
  /** Where the copy lies. */
  file: string;
}

/** A state of a file, and the units during which it was written. */
interface Version {
  root: string;
  name: string;
  file: string;
  writtenAt: number;
  /** Unit → when it began. */
  units: Map<string, number>;
}

/**
 * Copies of what units leave behind in the tree, by glob: the next unit or run may overwrite it. Slots that share a folder
 * see each other's files: what was written while several units ran belongs to the one whose file its name holds, else to each
 * of them.
 */
export class Artifacts {
  readonly #folder: string;
  readonly #matches: ((file: string) => boolean) | undefined;
  readonly #versions = new Map<string, Version>();
  #bytes = 0;

  constructor(folder: string, globs: readonly string[]) {
    this.#folder = folder;
    this.#matches = globs.length === 0 ? undefined : picomatch([...globs], { dot: true });
  }

  get found(): readonly Artifact[] {
    const versions = [...this.#versions.values()];
    return versions
      .filter((version) => !versions.some((later) => isUnfinished(version, later)))
      .flatMap((version) =>
        ownersOf(version).map((unit) => ({ unit, name: version.name, file: version.file })),
      );
  }

  /** Takes what has changed below `root` since `since`, milliseconds of the clock. */
  collect(root: string, unit: string, since: number): void {
    if (this.#matches === undefined) return;
    for (const name of filesBelow(root)) {
      if (!this.#matches(name)) continue;
      const source = path.join(root, name);
      const stats = statSync(source, { throwIfNoEntry: false });
      if (stats?.isFile() !== true || stats.mtimeMs < since) continue;
      const key = JSON.stringify([root, name, stats.mtimeMs, stats.size]);
      let version = this.#versions.get(key);
      if (version === undefined) {
        if (this.#bytes + stats.size > mostBytes) continue;
        mkdirSync(this.#folder, { recursive: true });
        const file = path.join(this.#folder, String(this.#versions.size));
        copyFileSync(source, file);
        this.#bytes += stats.size;
        version = { root, name, file, writtenAt: stats.mtimeMs, units: new Map() };
        this.#versions.set(key, version);
      }
      version.units.set(unit, since);
    }
  }
}

function ownersOf({ name, units }: Version): string[] {
  const named = [...units.keys()].filter((unit) => isNamedAfter(name, unit));
  return named.length > 0 ? named : [...units.keys()];
}

/** `test-results/login-chromium/trace.zip` is of `e2e/login.spec.ts`. */
function isNamedAfter(name: string, unit: string): boolean {
  const [, , file = ""] = unit.split("|");
  const stem = path.posix.basename(file).split(".")[0] ?? "";
  return (
    stem !== "" &&
    name
      .split(/[^\p{L}\p{N}]+/u)
      .join("-")
      .includes(stem.split(/[^\p{L}\p{N}]+/u).join("-"))
  );
}

/** Another unit, that was running already, went on writing to it. */
function isUnfinished(version: Version, later: Version): boolean {
  if (version === later || version.root !== later.root || version.name !== later.name) return false;
  if (later.writtenAt <= version.writtenAt) return false;
  const wasRunning = [...later.units].some(
    ([unit, began]) => !version.units.has(unit) && began <= version.writtenAt,
  );
  return wasRunning && ![...version.units.keys()].some((unit) => isNamedAfter(version.name, unit));
}

function* filesBelow(root: string, below = ""): Generator<string> {
  for (const entry of readdirSync(path.join(root, below), { withFileTypes: true })) {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isFile()) yield name;
    else if (entry.isDirectory() && !passedOver.has(entry.name)) yield* filesBelow(root, name);
  }
}
