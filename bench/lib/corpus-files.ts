import { readFileSync } from "node:fs";
import { decode, inspect, LanguageTable, listFiles, openPath } from "../../src/analysis/discovery/index.ts";
import { languages } from "../../src/analysis/languages/index.ts";

export interface CorpusFile {
  path: string;
  /** Absolute. */
  file: string;
  language: string;
  content: Buffer;
  text: string;
}

/**
 * The files of a folder that caelum parses, in memory. Every `step`-th of them, so that a sample keeps the mixture;
 * `step` is what brings the sample nearest to `megabytes`.
 */
export async function parsedFiles(root: string, megabytes: number): Promise<CorpusFile[]> {
  const table = new LanguageTable(languages);
  const { files } = await listFiles(root, { languages });
  const parsed = files.filter(({ language }) => language !== undefined && table.isParsed(language));
  const total = parsed.reduce((bytes, { size }) => bytes + size, 0);
  const step = Math.max(1, Math.round(total / (megabytes * 1e6)));
  const found: CorpusFile[] = [];
  for (const [index, candidate] of parsed.entries()) {
    if (index % step !== 0) continue;
    const file = openPath(root, candidate);
    if (typeof file !== "string") continue;
    const content = readFileSync(file);
    const seen = inspect(content, candidate, table);
    if (seen.skip !== undefined) continue;
    const text = decode(content, seen.encoding);
    found.push({ path: candidate.path, file, language: seen.language, content, text });
  }
  return found;
}
