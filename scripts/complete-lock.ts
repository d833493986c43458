import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Adds to package-lock.json what a registry did not have when it was written: the variants of native packages for
 * other platforms. A mirror may hold only what its own machines need; npm then leaves the others out of the lock, and
 * `npm ci` refuses such a lock. What is added comes from the package that asks for it (name, version) and from the
 * variant's name (system, processor, C library); it has no hash, which npm fills in where the registry knows one.
 * To be run after an `npm install` that added or updated a package with native variants.
 */
interface Entry {
  version: string;
  license?: string;
  engines?: Record<string, string>;
  dev?: true;
  optionalDependencies?: Record<string, string>;
}

const systems = ["android", "darwin", "freebsd", "linux", "openharmony", "win32", "windows"];
const processors = ["arm64", "x64", "arm", "ia32", "ppc64", "riscv64", "s390x", "loong64"];

const file = path.resolve(import.meta.dirname, "../package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, Entry> };
const added: string[] = [];
for (const [place, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const present = [`node_modules/${name}`, `${place}/node_modules/${name}`].some(
      (key) => key in lock.packages,
    );
    const variant = variantOf(name);
    if (present || variant === undefined) continue;
    const { license, engines, dev } = entry;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...variant,
      ...(dev === undefined ? {} : { dev }),
      ...(license === undefined ? {} : { license }),
      ...(engines === undefined ? {} : { engines }),
    };
    added.push(`${name}@${version}`);
  }
}
// The order npm writes.
const sorted = Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, "en"));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, undefined, 2)}\n`);
console.log(added.length === 0 ? "the lock is complete" : `added ${added.length}:\n${added.join("\n")}`);

/** `@oxlint/binding-linux-x64-musl` → its conditions; undefined when the name tells none. */
function variantOf(name: string): object | undefined {
  const words = name.split(/[-/]/);
  const system = systems.find((known) => words.includes(known));
  const processor = processors.find((known) => words.includes(known));
  if (system === undefined || processor === undefined) return undefined;
  const library = words.some((word) => word.startsWith("musl")) ? "musl" : "glibc";
  const hasLibrary = words.some((word) => /^(?:musl|gnu)/.test(word));
  return {
    cpu: [processor],
    ...(hasLibrary ? { libc: [library] } : {}),
    optional: true,
    os: [system === "windows" ? "win32" : system],
  };
}
