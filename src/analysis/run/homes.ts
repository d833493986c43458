import type { Host } from "#fleet";
import type { Candidate } from "../discovery/index.ts";

/** A host that files may call their home. */
export interface HomeHost {
  readonly name: string;
  /** Its part of the files is in proportion. */
  readonly weight: number;
}

/** The hosts of a fleet to which content has to be sent; with less than two there is nothing to choose. */
export function homesAmong(hosts: readonly Host[]): HomeHost[] {
  const far = hosts.filter(({ address }) => address.type !== "local");
  return far.length < 2 ? [] : far.map(({ name, slots = 1 }) => ({ name, weight: slots }));
}

/** A file as far as its home is concerned. */
export type Homed = Pick<Candidate, "path" | "size" | "language">;

/**
 * The home of each of these files, a function of nothing but them and the hosts. Each language lives on as few hosts as
 * its part of all work needs: a host pays for a grammar, and for making it fast, by the language.
 */
export function homesOf(
  files: readonly Homed[],
  hosts: readonly HomeHost[],
): (file: Homed) => string | undefined {
  const shares = sharesOf(files, hosts);
  return ({ path, language = "" }) => homeOf(path, shares.get(language) ?? []);
}

/** What a host pays for a language, as bytes of work: its grammar, its rules, and the time until both run fast … */
const START_BYTES = 2_000_000;
/** … and what part of its work this counts for at most: files are to be spread, however few they are. */
const START_SHARE = 0.08;

/** Which hosts have files of a language, and how much of it: large languages choose first. */
function sharesOf(files: readonly Homed[], hosts: readonly HomeHost[]): Map<string, HomeHost[]> {
  const sizes = new Map<string, number>();
  for (const { language = "", size } of files) sizes.set(language, (sizes.get(language) ?? 0) + size);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const weights = hosts.reduce((sum, { weight }) => sum + weight, 0);
  // Each of its workers pays.
  const start = Math.min(START_BYTES, (bytes / weights) * START_SHARE);
  // The last host of a language is the first of the next one.
  const starts = (hosts.length + sizes.size - 1) / hosts.length;
  const room = new Map(hosts.map((host) => [host, (bytes / weights + start * starts) * host.weight]));
  const languages = [...sizes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return new Map(
    languages.map(([language, size]) => {
      const shares: HomeHost[] = [];
      let left = size;
      for (const host of inOrderOf(language, hosts)) {
        const weight = Math.min(left, room.get(host)! - start * host.weight);
        if (weight <= 0) continue;
        room.set(host, room.get(host)! - start * host.weight - weight);
        left -= weight;
        shares.push({ name: host.name, weight });
      }
      // Nothing but empty files, or no room that is worth a start: anywhere.
      return [language, shares.length === 0 ? [...hosts] : shares];
    }),
  );
}

/** Hosts as a language prefers them: others that come or go change nothing in their order. */
function inOrderOf(language: string, hosts: readonly HomeHost[]): HomeHost[] {
  const seed = hashOf(language);
  return hosts
    .map((host) => ({ host, score: mix(seed ^ hashOf(host.name)) }))
    .sort((a, b) => a.score - b.score)
    .map(({ host }) => host);
}

/**
 * Weighted rendezvous hashing (Thaler & Ravishankar 1998; Schindelhauer & Schomaker 2005): when a host joins or leaves,
 * only its own share moves. Undefined without hosts.
 */
function homeOf(path: string, hosts: readonly HomeHost[]): string | undefined {
  let best: string | undefined;
  let highest = -1;
  const seed = hashOf(path);
  for (const { name, weight } of hosts) {
    const score = weight / -Math.log((mix(seed ^ hashOf(name)) + 1) / (2 ** 32 + 1));
    if (score > highest) [best, highest] = [name, score];
  }
  return best;
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
