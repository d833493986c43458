import { readdir, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";

const dayMs = 86_400_000;
/** A version of caelum that nobody has used for so long has been replaced by another. */
const oldAgentMs = 14 * dayMs;

/**
 * Removes agents of other versions that were not started for two weeks, and what interrupted uploads left behind.
 * Marks this one as used. Whatever fails is left for the next start.
 */
export async function tidy(home: string, self: string): Promise<void> {
  const now = new Date();
  await utimes(self, now, now).catch(() => undefined);
  const agents = path.join(home, "agent");
  // A development build lies elsewhere, and its neighbours are none of our business.
  if (path.dirname(self) === agents) await removeOlder(agents, oldAgentMs, /\.cjs$/);
  await removeOlder(path.join(home, "tmp"), dayMs, /^[0-9a-f]{24}$/);
  await removeOlder(home, dayMs, /^(?:put|run)\.\d+\./);
}

async function removeOlder(folder: string, ageMs: number, pattern: RegExp): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!pattern.test(name)) continue;
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > ageMs)
      await rm(file, { force: true }).catch(() => undefined);
  }
}
