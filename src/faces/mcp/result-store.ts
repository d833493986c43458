import { randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import { type Answer, dataMark } from "./answer.ts";

const storeBytes = 32e6;
/** Nothing that is kept is larger; the rest of it is counted. */
const maxBytes = 2e6;

/** Whole answers that were too long to be given at once, for a while, each for one owner. Their names cannot be guessed. */
export class ResultStore {
  readonly #texts = new LRUCache<string, { text: string; owner: string }>({
    maxSize: storeBytes,
    sizeCalculation: ({ text }) => text.length + 1,
    ttl: 3_600_000,
  });

  /** Returns the URI it can be read at. */
  keep({ summary, rows = [], total = rows.length }: Answer, owner: string): string {
    const lines = [summary, dataMark];
    let bytes = 0;
    for (const { line } of rows) {
      if ((bytes += line.length + 1) > maxBytes) break;
      lines.push(line);
    }
    if (lines.length - 2 < total) lines[0] += ` (the first ${lines.length - 2} of ${total} rows)`;
    const id = randomBytes(12).toString("base64url");
    this.#texts.set(id, { text: lines.join("\n"), owner });
    return `caelum://result/${id}`;
  }

  read(id: string, owner: string): string | undefined {
    const kept = this.#texts.get(id);
    return kept?.owner === owner ? kept.text : undefined;
  }

  /** Newest first. */
  ids(owner: string): string[] {
    return [...this.#texts.entries()].flatMap(([id, kept]) => (kept.owner === owner ? [id] : []));
  }
}
