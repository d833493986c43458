import { readFileSync, readdirSync } from "node:fs";

/** Parent and resident bytes of every process there is, from `/proc` (Linux only). */
function processes(): Map<number, { parent: number; rss: number }> {
  const found = new Map<number, { parent: number; rss: number }>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The command's name stands in parentheses and may hold anything; fields are counted from behind it.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      found.set(pid, { parent: Number(fields[1]), rss: Number(fields[21]) * pageBytes });
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

const pageBytes = 4096;

/** Resident bytes of a process and everything below it, pages shared between them counted in each. */
export function treeRss(root: number): number {
  const all = processes();
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of all) children.set(parent, [...(children.get(parent) ?? []), pid]);
  let total = 0;
  const pending = [root];
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    total += all.get(pid)?.rss ?? 0;
    pending.push(...(children.get(pid) ?? []));
  }
  return total;
}
