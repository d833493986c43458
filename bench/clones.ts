/**
 * How many seeded copies are found, whether what is found is true, and what looking for copies costs: on warm threads, in this
 * process, and in the built program as a whole. What is seeded, and where, is code: nothing in a comment or string, nothing
 * put into one (`lib/seeded-clones.ts`).
 *
 *     node bench/clones.ts [--megabytes 20] [--copies 400] [--pairs 1000] [--seed 1] [--set standard|languages] [--json]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { type Clones, findClones } from "../src/analysis/clones/index.ts";
import { LanguageTable } from "../src/analysis/discovery/index.ts";
import { FileMeasurer } from "../src/analysis/file/measure-file.ts";
import type { FileResult } from "../src/analysis/file/file-facts.ts";
import { languages } from "../src/analysis/languages/index.ts";
import { Parsers } from "../src/analysis/parse/parsers.ts";
import { requireCorpus } from "../scripts/corpus-fetch.ts";
import { caelum, withTemporary } from "./lib/caelum.ts";
import { type CorpusFile, parsedFiles } from "./lib/corpus-files.ts";
import { grammarAssets } from "./lib/grammar-assets.ts";
import { type Figures, printFigures } from "./lib/print.ts";
import { median, sum } from "./lib/statistics.ts";
import {
  blindLikeness,
  blindTokens,
  type Body,
  randomFrom,
  type Seeded,
  seedClones,
  type Token,
} from "./lib/seeded-clones.ts";
import { inTunedProcess } from "./lib/tuned-process.ts";

inTunedProcess();
const { values } = parseArgs({
  options: {
    megabytes: { type: "string", default: "20" },
    copies: { type: "string", default: "400" },
    pairs: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    set: { type: "string", default: "standard" },
    json: { type: "boolean", default: false },
  },
});
/** A pair of copies that another lexer finds less alike than this is a false one. */
const ALIKE = 0.7;
/** How often everything is measured, after a round that warms up. */
const ROUNDS = 3;
/** How often the whole program runs with and without. */
const WHOLE_ROUNDS = 5;
/** Share of the lines of a seeded copy that what is found has to cover, on both sides. */
const COVERED = 0.7;

const root = await requireCorpus(values.set === "languages" ? "languages" : "standard");
const random = randomFrom(Number(values.seed));
const files = await parsedFiles(root, Number(values.megabytes));
const parsers = await Parsers.start(grammarAssets);
const [plain, measurer] = [false, true].map(
  (tapes) => new FileMeasurer(() => Promise.resolve(parsers), new LanguageTable(languages), { tapes }),
) as [FileMeasurer, FileMeasurer];
const withBodies: (CorpusFile & { bodies: Body[] })[] = [];
for (const file of files) withBodies.push({ ...file, bodies: await bodiesOf(file) });
const { texts, seeded } = seedClones(withBodies, Number(values.copies), random);
const measured: { path: string; tape?: Uint8Array }[] = [];
const plainMs: number[] = [];
const tapedMs: number[] = [];
for (let round = 0; round <= ROUNDS; round++) {
  measured.length = 0;
  let [without, withTapes] = [0, 0];
  // In turn, a few files at a time: both see the same machine.
  for (let at = 0; at < files.length; at += 40) {
    const portion = files.slice(at, at + 40);
    without += await timeOf(plain, portion, () => {});
    withTapes += await timeOf(measurer, portion, ({ path }, result) => {
      const hasTape = result.type === "measured" && result.tape !== undefined;
      measured.push({ path, ...(hasTape && { tape: result.tape! }) });
    });
  }
  if (round === 0) continue; // it warms up
  plainMs.push(without);
  tapedMs.push(withTapes);
}
const start = threadMs();
const clones = await findClones(measured);
const matchMs = threadMs() - start;

const found = (kind: Seeded["kind"]): string => {
  const all = seeded.filter((one) => one.kind === kind);
  return `${all.filter((one) => isFound(clones, one)).length} of ${all.length}`;
};
const missed = seeded.filter((one) => !isFound(clones, one));
const figures: Figures = {
  files: files.length,
  "seeded copies found": {
    exact: found("exact"),
    renamed: found("renamed"),
    "all, %": 100 * (1 - missed.length / seeded.length),
    "missed, tokens": missed
      .map(({ tokens }) => tokens)
      .toSorted((a, b) => a - b)
      .join(" "),
  },
  "sampled pairs": samplePairs(clones),
  classes: clones.classes.length,
  "tapes of the source, %":
    (100 * sum(measured.map(({ tape }) => tape?.byteLength ?? 0))) /
    sum(files.map(({ content }) => content.length)),
  "duplication, %": clones.percent,
  "CPU time, ms": {
    "measuring without clones": median(plainMs),
    "tapes and fingerprints": median(tapedMs) - median(plainMs),
    matching: matchMs,
    "clones of measuring without, %": 100 * ((median(tapedMs) + matchMs) / median(plainMs) - 1),
  },
  "whole program, CPU time of all processes": await withTemporary(wholeProgram),
};
printFigures(`clones: ${values.set} corpus, seed ${values.seed}`, figures);

/** Functions long enough to give or take a copy. */
async function bodiesOf({ content, language }: CorpusFile): Promise<Body[]> {
  const result = await measurer.measure(content, { language });
  if (result.type !== "measured") return [];
  const { functions } = JSON.parse(`{${result.details}}`) as { functions: Body[] };
  return functions.filter(({ line, endLine }) => endLine - line >= 6);
}

/** The built program over the same files with and without copies, in turn: cold, and with all that goes on beside a thread. */
async function wholeProgram(folder: string): Promise<Figures> {
  const project = path.join(folder, "project");
  for (const { path: name } of files) {
    mkdirSync(path.dirname(path.join(project, name)), { recursive: true });
    writeFileSync(path.join(project, name), texts.get(name)!);
  }
  const off = ["--no-default-rules", "--no-secrets", "--no-hotspots", "--no-cache", "--quiet"];
  const report = ["--format", "json", "--output", path.join(folder, "report.json")];
  const run = async (...flags: string[]): Promise<{ cpuMs: number; wallMs: number }> => {
    const { memory, wallMs } = await caelum(["analyze", project, ...off, ...report, ...flags], {
      cache: path.join(folder, "cache"),
      watchMemory: true,
    });
    return { cpuMs: sum(memory!.byProcess.map(({ cpuMs }) => cpuMs)), wallMs };
  };
  const rounds: { without: Awaited<ReturnType<typeof run>>; with: Awaited<ReturnType<typeof run>> }[] = [];
  for (let round = 0; round < WHOLE_ROUNDS; round++)
    rounds.push({ without: await run("--no-clones"), with: await run() });
  return {
    "without, ms": median(rounds.map(({ without }) => without.cpuMs)),
    "with, ms": median(rounds.map((one) => one.with.cpuMs)),
    "CPU, clones cost %": 100 * (median(rounds.map((one) => one.with.cpuMs / one.without.cpuMs)) - 1),
    "wall, clones cost %": 100 * (median(rounds.map((one) => one.with.wallMs / one.without.wallMs)) - 1),
  };
}

function isFound({ classes }: Clones, { from, to }: Seeded): boolean {
  return classes.some(
    ({ fragments }) => fragments.some((one) => covers(one, from)) && fragments.some((one) => covers(one, to)),
  );
}

function covers(fragment: Seeded["from"], place: Seeded["from"]): boolean {
  if (fragment.path !== place.path) return false;
  const shared = Math.min(fragment.endLine, place.endLine) - Math.max(fragment.line, place.line) + 1;
  return shared >= (place.endLine - place.line + 1) * COVERED;
}

function samplePairs({ classes }: Clones): Figures {
  let alike = 0;
  const wanted = Number(values.pairs);
  const falseOnes: string[] = [];
  const tokens = new Map<string, Token[]>();
  const tokensOf = ({ path, line, endLine }: Seeded["from"]): Token[] => {
    let all = tokens.get(path);
    if (all === undefined) tokens.set(path, (all = blindTokens(path, texts.get(path)!)));
    return all.filter((token) => token.line >= line && token.line <= endLine);
  };
  for (let i = 0; i < wanted; i++) {
    const { fragments } = classes[Math.floor(random() * classes.length)]!;
    const one = Math.floor(random() * fragments.length);
    const other = (one + 1 + Math.floor(random() * (fragments.length - 1))) % fragments.length;
    const likeness = blindLikeness(tokensOf(fragments[one]!), tokensOf(fragments[other]!));
    if (likeness >= ALIKE) alike++;
    else falseOnes.push(`${likeness.toFixed(2)} ${shown(fragments[one]!)} ${shown(fragments[other]!)}`);
  }
  return { sampled: wanted, alike, "not alike": falseOnes.slice(0, 10).join("\n") };
}

function shown({ path, line, endLine }: Seeded["from"]): string {
  return `${path}:${line}-${endLine}`;
}

async function timeOf(
  by: FileMeasurer,
  portion: readonly CorpusFile[],
  take: (file: CorpusFile, result: FileResult) => void,
): Promise<number> {
  const begun = threadMs();
  for (const file of portion)
    take(file, await by.measure(Buffer.from(texts.get(file.path)!), { language: file.language }));
  return threadMs() - begun;
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
