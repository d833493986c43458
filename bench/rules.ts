/**
 * What rules cost: the same files measured without rules, with the default rules brought to 150, with 1,000, and with
 * taint rules alone, in turn.
 *
 *     node bench/rules.ts [--rounds 3] [--megabytes 8] [--set standard|languages] [--seed 1] [--json]
 */
import { parseArgs } from "node:util";
import { requireCorpus } from "../scripts/corpus-fetch.ts";
import { LanguageTable } from "../src/analysis/discovery/index.ts";
import { FileMeasurer } from "../src/analysis/file/measure-file.ts";
import { languages } from "../src/analysis/languages/index.ts";
import { Parsers } from "../src/analysis/parse/parsers.ts";
import { RuleEngine } from "../src/analysis/rules/engine.ts";
import { loadRules } from "../src/analysis/rules/load/load-rules.ts";
import type { Rule } from "../src/analysis/rules/rule.ts";
import { localAssets } from "../src/analysis/run/engine-files.ts";
import { type CorpusFile, parsedFiles } from "./lib/corpus-files.ts";
import { type Figures, printFigures } from "./lib/print.ts";
import { median, sum } from "./lib/statistics.ts";
import { inTunedProcess } from "./lib/tuned-process.ts";

inTunedProcess();
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    megabytes: { type: "string", default: "8" },
    set: { type: "string", default: "standard" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});

const root = await requireCorpus(values.set === "languages" ? "languages" : "standard");
const files = await parsedFiles(root, Number(values.megabytes));
const { rules: own } = loadRules(["rules"], `${import.meta.dirname}/..`);
const taint = own.filter((rule) => rule.taint !== undefined);
const search = own.filter((rule) => rule.taint === undefined);
const parsers = await Parsers.start(await localAssets());
const table = new LanguageTable(languages);

const sets: Record<string, Rule[]> = {
  "no rules": [],
  "150 rules": brought(search, 150),
  "1,000 rules": brought(search, 1000),
  "taint rules, 50": brought(taint, 50),
};
const measurers = Object.entries(sets).map(([name, rules]) => {
  const engine = rules.length === 0 ? undefined : new RuleEngine({ rules });
  return {
    name,
    measurer: new FileMeasurer(() => Promise.resolve(parsers), table, { rules: engine }),
    times: [] as number[],
  };
});

let found: Record<string, number> = {};
for (let round = 0; round <= Number(values.rounds); round++) {
  const spent = measurers.map(() => 0);
  found = {};
  for (const portion of portions(files)) {
    for (const [index, { name, measurer }] of measurers.entries()) {
      const start = threadMs();
      for (const { content, language } of portion) {
        const result = await measurer.measure(content, { language });
        if (result.type === "measured")
          found[name] = (found[name] ?? 0) + (result.facts.findings?.length ?? 0);
      }
      spent[index]! += threadMs() - start;
    }
  }
  // The first round warms up.
  if (round > 0) for (const [index, one] of measurers.entries()) one.times.push(spent[index]!);
}

const base = median(measurers[0]!.times);
const megabytes = sum(files.map(({ content }) => content.length)) / 1e6;
const rows: Figures[] = measurers.map(({ name, times }) => ({
  name,
  "ms/MB": median(times) / megabytes,
  "against no rules, %": (median(times) / base - 1) * 100,
  findings: found[name] ?? 0,
}));
printFigures("rules", { files: files.length, megabytes, "rules of caelum": own.length, cost: rows });

/**
 * As many rules as asked for: the real ones, copies of them about functions of other names, which stand in no file as
 * most of a rule set's do, and for every second copy one about a function that files of the corpus do call.
 */
function brought(rules: readonly Rule[], count: number): Rule[] {
  const random = generator(Number(values.seed));
  const names = calledNames(files);
  return Array.from({ length: count }, (_, index) => {
    const rule = rules[index % rules.length]!;
    const copy = Math.floor(index / rules.length);
    if (copy === 0) return rule;
    const id = `${rule.id}.${copy}`;
    if (index % 2 === 0) return { ...(JSON.parse(renamed(rule, copy)) as Rule), id };
    const language = languages[index % languages.length]!.id;
    const called = names.get(language) ?? [];
    const name = called[Math.floor(random() * called.length)] ?? "none";
    const isWord = language === "bash";
    const text = isWord ? `${name} $X ...` : language === "php" ? `${name}($X, ...)` : `${name}($X, ...)`;
    const { taint: _taint, ...rest } = rule;
    const made = { type: "pattern", text, line: 1 } as const;
    if (rule.taint !== undefined)
      return { ...rule, id, languages: [language], taint: { ...rule.taint, sources: [made], sinks: [made] } };
    return { ...rest, id, languages: [language], formula: made };
  });
}

/** Every name that is called gets another one. */
function renamed(rule: Rule, copy: number): string {
  return JSON.stringify(rule).replace(/(?<![$\w])([a-z]\w{3,})(?=\()/gi, `$1Of${copy}`);
}

/** Names of functions that files of a language call, the most frequent ones. */
function calledNames(all: readonly CorpusFile[]): Map<string, string[]> {
  const counts = new Map<string, Map<string, number>>();
  for (const { language, text } of all) {
    const own = counts.get(language) ?? new Map<string, number>();
    counts.set(language, own);
    const calls =
      language === "bash" ? text.matchAll(/^\s*([a-z]{2,})\s/gm) : text.matchAll(/\b([a-z]\w{2,})\(/g);
    for (const [, name] of calls) own.set(name!, (own.get(name!) ?? 0) + 1);
  }
  const words =
    /^(?:if|for|while|switch|return|catch|sizeof|function|and|not|defined|elif|unless|until|then|do|done|fi|else|esac|case)$/;
  return new Map(
    [...counts].map(([language, own]) => [
      language,
      [...own]
        .filter(([name]) => !words.test(name))
        .toSorted((a, b) => b[1] - a[1])
        .slice(0, 400)
        .map(([name]) => name),
    ]),
  );
}

function* portions(all: readonly CorpusFile[]): Generator<CorpusFile[]> {
  for (let at = 0; at < all.length; at += 40) yield all.slice(at, at + 40);
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
