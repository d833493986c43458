import { globSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Parser, type Tree } from "web-tree-sitter";
import { languages } from "../../../src/analysis/languages/index.ts";
import { cursorWalk } from "../../../src/analysis/parse/cursor-walk.ts";
import { type FlatNodes, STRIDE } from "../../../src/analysis/parse/flat-tree.ts";
import { agrees, Parsers } from "../../../src/analysis/parse/parsers.ts";
import { extract, loadGrammar, testAssets } from "../../helpers/extract.ts";

const project = fileURLToPath(new URL("../../../", import.meta.url));
const MAXIMUM_BYTES = 400_000;
const FILES_PER_LANGUAGE = 60;

function under(folder: string, patterns: readonly string[]): string[] {
  return globSync(patterns, { cwd: folder }).map((file) => join(folder, file));
}

/** This repository, its packages and fixtures, and the corpus where there is one. */
function samplesOf(extensions: readonly string[]): string[] {
  const endings = extensions.map((extension) => `**/*${extension}`);
  const own = under(
    project,
    endings.flatMap((ending) => [
      `{src,commands,scripts,bench}/${ending}`,
      `test/fixtures/analysis/${ending}`,
    ]),
  );
  const packages = under(
    project,
    endings.map((ending) => `node_modules/{eslint,yaml,commander,zod,ajv,yoga-layout}/${ending}`),
  );
  const corpus = process.env["CAELUM_CORPUS"];
  const foreign = corpus === undefined || corpus === "" ? [] : under(corpus, endings);
  return [...own, ...thin(packages), ...thin(foreign)];
}

/** Links in the corpus may lead nowhere. */
function isSmallFile(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size <= MAXIMUM_BYTES;
}

/** An even selection, so that every part of a large folder is met. */
function thin(files: readonly string[]): string[] {
  const step = Math.ceil(files.length / FILES_PER_LANGUAGE);
  return files.toSorted().filter((_, index) => index % step === 0);
}

/** Where two trees differ first, for a message that helps. */
function difference(raw: FlatNodes, cursor: FlatNodes): string | undefined {
  if (raw.count !== cursor.count) return `${raw.count} nodes, not ${cursor.count}`;
  if (raw.errors !== cursor.errors) return `${raw.errors} errors, not ${cursor.errors}`;
  for (let at = 0; at < cursor.count * STRIDE; at++) {
    if (raw.nodes[at] !== cursor.nodes[at])
      return `node ${Math.floor(at / STRIDE)} has ${raw.nodes[at]}, not ${cursor.nodes[at]}, at ${at % STRIDE}`;
  }
  return undefined;
}

async function bothWalks(language: string): Promise<(text: string) => string | undefined> {
  const raw = await loadGrammar(language);
  const cursor = await loadGrammar(language, "cursor");
  expect([raw.walk, cursor.walk]).toEqual(["raw", "cursor"]);
  return (text) => difference(raw.parse(text), cursor.parse(text));
}

describe.each(languages.map(({ id, extensions }) => ({ id, extensions })))(
  "the raw walk of $id",
  ({ id, extensions }) => {
    const samples = samplesOf(extensions).filter(isSmallFile);

    it("equals the TreeCursor on every node of real files", { timeout: 300_000 }, async () => {
      const compare = await bothWalks(id);
      expect(samples.length).toBeGreaterThan(0);
      for (const file of samples) expect(compare(readFileSync(file, "utf8")), file).toBeUndefined();
    });

    it(
      "equals the TreeCursor on files whose bytes were changed at random",
      { timeout: 300_000 },
      async () => {
        const compare = await bothWalks(id);
        const fixtures = samples.filter((file) => file.includes("fixtures") && extname(file) !== "");
        const sources = (fixtures.length > 0 ? fixtures : samples.slice(0, 5)).map((file) =>
          readFileSync(file).subarray(0, 6000),
        );
        fc.assert(
          fc.property(
            fc.constantFrom(...sources),
            fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255), fc.nat(40)), {
              minLength: 1,
              maxLength: 12,
            }),
            (source, changes) => {
              expect(compare(mutate(source, changes))).toBeUndefined();
            },
          ),
          { numRuns: 60 },
        );
      },
    );
  },
);

/** Overwrites one byte at each place, and takes out the bytes behind it. */
function mutate(source: Uint8Array, changes: readonly (readonly [number, number, number])[]): string {
  let bytes = Buffer.from(source);
  for (const [place, value, removed] of changes) {
    const at = Math.floor(place * (bytes.length - 1));
    bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([value]), bytes.subarray(at + 1 + removed)]);
  }
  return bytes.toString("utf8");
}

async function parseJavaScript(): Promise<(text: string) => Tree> {
  const parser = new Parser();
  parser.setLanguage((await loadGrammar("javascript")).language);
  return (text) => parser.parse(text)!;
}

function throws(): FlatNodes {
  throw new RangeError("out of memory bounds");
}

describe("the self-check of the raw walk", () => {
  it("accepts a walk that says what the cursor says", async () => {
    const parse = await parseJavaScript();
    expect(agrees(parse, (text) => cursorWalk(parse(text)))).toBe(true);
  });

  it("refuses a walk that is wrong in one integer of one node", async () => {
    const parse = await parseJavaScript();
    for (let field = 0; field < STRIDE; field++) {
      const lies = (text: string): FlatNodes => {
        const flat = cursorWalk(parse(text));
        flat.nodes[(flat.count - 1) * STRIDE + field]! ^= 1;
        return flat;
      };
      expect(agrees(parse, lies)).toBe(false);
    }
  });

  it("refuses a walk that loses a node, counts errors wrongly or throws", async () => {
    const parse = await parseJavaScript();
    expect(agrees(parse, (text) => ({ ...cursorWalk(parse(text)), count: 3 }))).toBe(false);
    expect(agrees(parse, (text) => ({ ...cursorWalk(parse(text)), errors: 0 }))).toBe(false);
    expect(agrees(parse, throws)).toBe(false);
  });

  it("leaves the facts of every language as they are when the cursor takes over", async () => {
    for (const { id, extensions } of languages) {
      for (const file of samplesOf(extensions).filter(isSmallFile).slice(0, 6)) {
        const text = readFileSync(file, "utf8");
        expect(await extract(id, text, "cursor"), file).toEqual(await extract(id, text, "raw"));
      }
    }
  });

  it("passes again when a second engine starts in the same process", async () => {
    const grammar = await (await Parsers.start(testAssets)).load("tree-sitter-go");
    expect(grammar.walk).toBe("raw");
  });
});
