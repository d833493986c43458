import { engineVersion } from "../run/engine-files.ts";
import { type CacheStats, FactsCache } from "./facts-cache.ts";

async function open(folder: string): Promise<FactsCache> {
  return FactsCache.open(folder, await engineVersion(), (error) => {
    throw error;
  });
}

/** What the cache in a folder holds. Throws what hinders reading it. */
export async function cacheStats(folder: string): Promise<CacheStats> {
  const cache = await open(folder);
  try {
    return cache.stats();
  } finally {
    cache.close(Infinity);
  }
}

/** Empties the cache, also under a run that uses it at the moment; that run measures anew what it needs. */
export async function clearCache(folder: string): Promise<CacheStats> {
  const cache = await open(folder);
  try {
    const before = cache.stats();
    cache.clear();
    return before;
  } finally {
    cache.close(Infinity);
  }
}
