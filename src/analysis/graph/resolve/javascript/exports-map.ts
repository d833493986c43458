/** Conditions an import may meet in an `exports` or `imports` map; `any` also follows those nobody announced. */
export type Conditions = ReadonlySet<string> | "any";

/**
 * Targets of a subpath in the `exports` or `imports` map of a `package.json`, best first, as Node's "Modules:
 * Packages" describes it: exact key, then the pattern with the longest part before its `*`. `subpath` is `.`,
 * `./x` or `#x`. `null`: the map forbids it; empty: the map says nothing.
 */
export function mapTargets(map: unknown, subpath: string, conditions: Conditions): string[] | null {
  const entries = asSubpaths(map);
  if (Object.hasOwn(entries, subpath)) return pick(entries[subpath], conditions, "");
  let best: { key: string; star: string } | undefined;
  for (const key of Object.keys(entries)) {
    const star = matchPattern(key, subpath);
    if (star === undefined) continue;
    if (best === undefined || isMoreSpecific(key, best.key)) best = { key, star };
  }
  return best === undefined ? [] : pick(entries[best.key], conditions, best.star);
}

/** What `*` stands for when `text` matches; a key that ends in `/` is the older form of a pattern. */
export function matchPattern(key: string, text: string): string | undefined {
  const at = key.indexOf("*");
  if (at < 0) return key.endsWith("/") && text.startsWith(key) ? text.slice(key.length) : undefined;
  const before = key.slice(0, at);
  const after = key.slice(at + 1);
  if (text.length < key.length - 1 || !text.startsWith(before) || !text.endsWith(after)) return undefined;
  return text.slice(before.length, text.length - after.length);
}

function isMoreSpecific(key: string, than: string): boolean {
  const length = key.includes("*") ? key.indexOf("*") : key.length;
  const other = than.includes("*") ? than.indexOf("*") : than.length;
  return length === other ? key.length > than.length : length > other;
}

/** `"exports": "./x.js"` and a bare set of conditions both stand for the package itself. */
function asSubpaths(map: unknown): Record<string, unknown> {
  if (map === undefined || map === null) return {};
  if (typeof map !== "object" || Array.isArray(map)) return { ".": map };
  const keys = Object.keys(map);
  const isSubpaths = keys.some((key) => key.startsWith(".") || key.startsWith("#"));
  return isSubpaths ? (map as Record<string, unknown>) : { ".": map };
}

/** Conditions nested deeper than this are nobody's. */
const DEEPEST = 32;

function pick(target: unknown, conditions: Conditions, star: string, depth = 0): string[] | null {
  if (target === null) return null;
  if (typeof target === "string") {
    return [
      target.includes("*") ? target.replaceAll("*", star) : target.endsWith("/") ? target + star : target,
    ];
  }
  if (typeof target !== "object" || depth > DEEPEST) return [];
  const choices = Array.isArray(target)
    ? (target as unknown[])
    : Object.entries(target as Record<string, unknown>)
        .filter(([name]) => conditions === "any" || name === "default" || conditions.has(name))
        .map(([, value]) => value);
  const all: string[] = [];
  for (const choice of choices) {
    const picked = pick(choice, conditions, star, depth + 1);
    // A condition that is met and says null ends the search, unless another way was found before it.
    if (picked === null && conditions !== "any") return all.length > 0 ? all : null;
    if (picked !== null) all.push(...picked);
  }
  return all;
}
