import type { CacheStats } from "#analysis";
import { bytes, count } from "../format.ts";
import { table } from "./table.ts";

interface Asked {
  readonly json?: true;
  readonly quiet?: true;
}

/** `caelum cache stats`. */
export function showCacheStats(stats: CacheStats, { json }: Asked): string {
  if (json) return `${JSON.stringify(stats, undefined, 2)}\n`;
  const rows = [
    ["entries", count(stats.entries)],
    ["usable", `${count(stats.current)} by this version`],
    ["size", bytes(stats.bytes)],
  ];
  return table(["cache", stats.path], rows);
}

/** `caelum cache clear`; `before` is what was there. */
export function showCacheCleared(before: CacheStats, { json, quiet }: Asked): string {
  if (json) return `${JSON.stringify({ path: before.path, removed: before.entries, bytes: before.bytes })}\n`;
  return quiet ? "" : `removed ${count(before.entries)} entries, ${bytes(before.bytes)}\n`;
}
