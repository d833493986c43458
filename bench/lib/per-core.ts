import { Parser } from "web-tree-sitter";
import { LanguageTable } from "../../src/analysis/discovery/index.ts";
import { FileMeasurer } from "../../src/analysis/file/measure-file.ts";
import { languageById, languages } from "../../src/analysis/languages/index.ts";
import { Parsers } from "../../src/analysis/parse/parsers.ts";
import type { CorpusFile } from "./corpus-files.ts";
import { grammarAssets } from "./grammar-assets.ts";
import { median, sum } from "./statistics.ts";

export interface PerCore {
  name: string;
  files: number;
  megabytes: number;
  /** Megabytes (10^6 bytes) a second of one thread. */
  parseOnly: number;
  everything: number;
  /** `everything` over `parseOnly`: the part of the time that parsing alone takes. */
  ratio: number;
}

/**
 * Everything that is done with a file's bytes (telling what it is, decoding, parsing, measuring, results as JSON
 * text) against parsing its decoded text and nothing else. Half a megabyte in turn, so that both see the same
 * machine; each figure is the median over the rounds after one that warms up. A language with less than 0.3 MB has no
 * row of its own. Time is that of the thread on its core.
 */
export async function perCore(files: readonly CorpusFile[], rounds: number): Promise<PerCore[]> {
  const parsers = await Parsers.start(grammarAssets);
  const measurer = new FileMeasurer(() => Promise.resolve(parsers), new LanguageTable(languages));
  const plain = await plainParsers(parsers, files);
  const byLanguage = Map.groupBy(files, ({ language }) => language);
  const parseMs = new Map<string, number[]>();
  const everythingMs = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round++) {
    for (const [language, group] of byLanguage) {
      let parse = 0;
      let everything = 0;
      for (const portion of portions(group)) {
        const start = threadMs();
        for (const { text } of portion) plain.get(language)?.parse(text)?.delete();
        const between = threadMs();
        for (const { content } of portion) await measurer.measure(content, { language });
        parse += between - start;
        everything += threadMs() - between;
      }
      if (round === 0) continue;
      append(parseMs, language, parse);
      append(everythingMs, language, everything);
    }
  }
  const row = (name: string, ids: readonly string[]): PerCore => {
    const group = ids.flatMap((id) => byLanguage.get(id) ?? []);
    const megabytes = sum(group.map(({ content }) => content.length)) / 1e6;
    const parse = median(totals(parseMs, ids)) / 1000;
    const everything = median(totals(everythingMs, ids)) / 1000;
    const speeds = { parseOnly: megabytes / parse, everything: megabytes / everything };
    return { name, files: group.length, megabytes, ...speeds, ratio: parse / everything };
  };
  const ids = [...byLanguage.keys()].sort();
  const rows = ids.map((id) => row(id, [id]));
  return [row("all", ids), ...rows.filter(({ megabytes }) => megabytes >= 0.3)];
}

/** Files of half a megabyte together: far more than the clock's grain, which is that of the scheduler. */
function* portions(files: readonly CorpusFile[]): Generator<CorpusFile[]> {
  let portion: CorpusFile[] = [];
  let bytes = 0;
  for (const file of files) {
    portion.push(file);
    bytes += file.content.length;
    if (bytes < 500_000) continue;
    yield portion;
    portion = [];
    bytes = 0;
  }
  if (portion.length > 0) yield portion;
}

/** Time that this thread was on a core: what other programs on the machine take does not count. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** tree-sitter as it comes, in the same WASM memory as ours: one parser for each language. */
async function plainParsers(parsers: Parsers, files: readonly CorpusFile[]): Promise<Map<string, Parser>> {
  const plain = new Map<string, Parser>();
  for (const id of new Set(files.map(({ language }) => language))) {
    const data = languageById(id);
    if (data === undefined) throw new Error(`no data for ${id}`);
    const { language } = await parsers.load(data.grammar);
    plain.set(id, new Parser().setLanguage(language));
  }
  return plain;
}

function append(map: Map<string, number[]>, key: string, value: number): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}

/** Round by round, the sum over some languages. */
function totals(byLanguage: ReadonlyMap<string, number[]>, ids: readonly string[]): number[] {
  const [first = []] = ids.map((id) => byLanguage.get(id) ?? []);
  return first.map((_, round) => sum(ids.map((id) => byLanguage.get(id)?.[round] ?? 0)));
}
