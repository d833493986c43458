import { type CollectedCoverage, type CoverageReport, mergeCoverage } from "../coverage/index.ts";
import { shownPath } from "../sync/manifest.ts";
import type { Source } from "./place-tree.ts";

/** One picture of what all hosts have measured, by the files of the tree as it was tested. */
export async function coverageOf(
  collected: readonly CollectedCoverage[],
  { tree, below }: Source,
): Promise<CoverageReport> {
  const prefix = below === "" ? "" : `${below}/`;
  const texts = new Map<string, string>();
  const modules: { name: string; folder: string }[] = [];
  for (const entry of tree.manifest.entries) {
    const path = shownPath(entry.path);
    if (entry.kind === "link" || !path.startsWith(prefix) || entry.size > largest) continue;
    const bytes = await tree.contents.read(entry);
    if (bytes === undefined) continue;
    const name = path.slice(prefix.length);
    texts.set(name, Buffer.from(bytes).toString("utf8"));
    const [, module] = /(?:^|\/)go\.mod$/.test(name) ? (/^module\s+(\S+)/m.exec(texts.get(name)!) ?? []) : [];
    if (module !== undefined) modules.push({ name: module, folder: name.replace(/\/?go\.mod$/, "") });
  }
  return mergeCoverage(collected, { read: (path) => texts.get(path), goModules: modules });
}

/** No source is larger; data may be. */
const largest = 5_000_000;
