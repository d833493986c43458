import { CaelumError } from "#kernel";
import { engineVersion } from "../run/engine-files.ts";
import { type CacheStats, FactsCache } from "./facts-cache.ts";
import { ResultsCache } from "./results-cache.ts";

/** The cache's folder or file cannot be used: exit code 2. */
class CacheError extends CaelumError {
  constructor(file: string, cause: unknown) {
    super("CAELUM_CACHE", "usage", `the cache "${file}" cannot be used`, {
      cause,
      hint: "caelum config show says where cache.folder comes from",
      data: { file },
    });
  }
}

/** Runs `use` on the cache of a folder, or says that there is none. Throws a CacheError. */
async function withCache(folder: string, use: (cache: FactsCache) => void): Promise<CacheStats> {
  const file = FactsCache.fileIn(folder);
  if (!FactsCache.exists(folder)) return { path: file, entries: 0, bytes: 0, current: 0 };
  let failure: unknown;
  const cache = await FactsCache.open(folder, await engineVersion(), (error) => (failure = error));
  if (!cache.isOpen) throw new CacheError(file, failure);
  try {
    const stats = cache.stats();
    use(cache);
    return stats;
  } catch (error) {
    throw new CacheError(file, error);
  } finally {
    cache.close(Infinity);
  }
}

/** What the cache in a folder holds. Throws a CacheError when it cannot be read. */
export function cacheStats(folder: string): Promise<CacheStats> {
  return withCache(folder, () => undefined);
}

/**
 * Empties the cache, also under a run that uses it at the moment; that run measures anew what it needs. Returns what
 * was in it. Throws a CacheError.
 */
export function clearCache(folder: string): Promise<CacheStats> {
  return withCache(folder, (cache) => {
    cache.clear();
    new ResultsCache(folder).clear();
  });
}
