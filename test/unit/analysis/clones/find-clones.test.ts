import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Clones, findClones, TokenRecorder } from "../../../../src/analysis/clones/index.ts";
import { isAlike } from "../../../../src/analysis/clones/likeness.ts";
import { compareTapes } from "../../../../src/analysis/clones/match.ts";
import { Pace } from "../../../../src/analysis/clones/pace.ts";
import {
  NO_PRINT,
  openTape,
  packTape,
  readHead,
  readLines,
  readPrintHash,
  readPrintHashes,
  readPrintPlaces,
} from "../../../../src/analysis/clones/tape.ts";
import { TapeCache } from "../../../../src/analysis/clones/tape-cache.ts";
import { kindOf, tokenKinds } from "../../../../src/analysis/clones/token-kinds.ts";
import { verified } from "../../../../src/analysis/clones/verify.ts";
import { K, LEAST_TOKENS, Winnower } from "../../../../src/analysis/clones/winnow.ts";
import { languageById, languages } from "../../../../src/analysis/languages/index.ts";
import { compileLanguage } from "../../../../src/analysis/measure/compile.ts";
import { Extractor } from "../../../../src/analysis/measure/extract.ts";
import { loadGrammar } from "../../../helpers/extract.ts";

async function tapeOf(language: string, text: string): Promise<Uint8Array | undefined> {
  const grammar = await loadGrammar(language);
  const compiled = compileLanguage(languageById(language)!, grammar.language);
  const tree = grammar.parse(text);
  const extractor = new Extractor(compiled);
  extractor.run(tree, text, Buffer.byteLength(text));
  return new TokenRecorder(language, grammar.language, compiled).record(tree, text, extractor);
}

async function clonesIn(files: Readonly<Record<string, string>>): Promise<Clones> {
  const ids: Record<string, string> = {
    js: "javascript",
    ts: "typescript",
    py: "python",
    c: "c",
    cpp: "cpp",
    go: "go",
    php: "php",
  };
  const taped = await Promise.all(
    Object.entries(files).map(async ([path, text]) => {
      const tape = await tapeOf(ids[path.split(".").at(-1)!]!, text);
      return { path, ...(tape === undefined ? {} : { tape }) };
    }),
  );
  return findClones(taped);
}

const original = `export function settle(orders, rates) {
  const totals = new Map();
  for (const order of orders) {
    if (order.cancelled || order.amount <= 0) continue;
    const rate = rates[order.currency] ?? 1;
    const before = totals.get(order.customer) ?? 0;
    totals.set(order.customer, before + order.amount * rate);
  }
  return [...totals.entries()].sort((a, b) => b[1] - a[1]);
}
`;
const renamed = `// the same again
export function tally(visits, weights) {
  const sums = new Map();
  for (const visit of visits) {
    if (visit.hidden || visit.length <= 3) continue;

    const weight = weights[visit.page] ?? 2; // by page
    const old = sums.get(visit.person) ?? 5;
    sums.set(visit.person, old + visit.length * weight);
  }
  return [...sums.entries()].sort((x, y) => y[7] - x[7]);
}
`;
const other = `export class Queue {
  #items = [];
  push(item) { this.#items.push(item); return this; }
  get size() { return this.#items.length; }
  async drain(work) {
    while (this.#items.length > 0) {
      try { await work(this.#items.shift()); } catch (error) { console.error(error); throw error; }
    }
  }
}
`;

describe("copies", () => {
  test("the same text with other white space and comments is an exact copy", async () => {
    const { classes, files } = await clonesIn({
      "a.js": original,
      "b.js": `${other}\n/* copied */\n${original.replaceAll("\n  ", "\n\n      ")}`,
    });
    expect(classes).toMatchObject([
      {
        kind: "exact",
        fragments: [
          { path: "a.js", line: 1, endLine: 10 },
          { path: "b.js", line: 13 },
        ],
      },
    ]);
    expect(files[0]).toEqual({ lines: 10, duplicated: 10 });
  });

  test("names and values may differ, and the language may be a related one", async () => {
    const { classes } = await clonesIn({ "a.js": original, "b.ts": renamed, "c.js": other });
    expect(classes).toHaveLength(1);
    expect(classes[0]).toMatchObject({
      kind: "renamed",
      fragments: [
        { path: "a.js", line: 1, endLine: 10 },
        { path: "b.ts", line: 2, endLine: 12 },
      ],
    });
  });

  test("C and C++ are looked at together, C and Go are not", async () => {
    const c = `int sum(struct list *head, int limit) {
  int total = 0;
  for (struct list *node = head; node != 0; node = node->next) {
    if (node->value > limit) { total += node->value * 2; } else { total -= node->weight; }
    while (total > 1000) { total /= 2; limit++; }
  }
  return total;
}
`;
    expect((await clonesIn({ "a.c": c, "b.cpp": c })).classes).toHaveLength(1);
    expect((await clonesIn({ "a.c": c, "b.go": c })).classes).toHaveLength(0);
  });

  test("a copy with a few other tokens in the middle is one near copy, not two halves", async () => {
    const doubled = original.replace("  return [", "  totals.delete(undefined);\n  return [");
    const { classes } = await clonesIn({ "a.js": longer(original), "b.js": longer(doubled) });
    expect(
      classes.map(({ kind, fragments }) => [kind, fragments.map(({ line, endLine }) => [line, endLine])]),
    ).toEqual([
      [
        "near",
        [
          [1, 15],
          [1, 16],
        ],
      ],
    ]);
  });

  test("what is equal only as long as nobody looks at the names is no copy", async () => {
    const shuffled = original.replace(
      /\b(?:orders|order|rates|rate|totals|before)\b/g,
      () => pool[next++ % pool.length]!,
    );
    expect((await clonesIn({ "a.js": original, "b.js": shuffled })).classes).toEqual([]);
  });
  const pool = ["one", "two", "three", "four", "five", "six", "seven"];
  let next = 0;

  test("tables and rows of the same statement are no copies of each other", async () => {
    expect((await clonesIn({ "a.js": tableFrom(1), "b.js": tableFrom(7) })).classes).toEqual([]);
  });

  test("a table whose first lines look like code is a copy only where its text is the same", async () => {
    expect(
      (await clonesIn({ "a.js": typedTable("bits", 1), "b.js": typedTable("distances", 5) })).classes,
    ).toEqual([]);
    expect(
      (await clonesIn({ "a.js": typedTable("bits", 1), "b.js": typedTable("bits", 1) })).classes,
    ).toHaveLength(1);
  });

  test("templates with the same code and other words are no copies", async () => {
    const one = templateOf(["title", "name", "street", "town", "mail", "phone", "born", "note"]);
    const another = templateOf(["engine", "wheel", "seat", "door", "brake", "mirror", "lamp", "clutch"]);
    expect((await clonesIn({ "a.php": one, "b.php": another })).classes).toEqual([]);
    expect((await clonesIn({ "a.php": one, "b.php": one.replaceAll(">", ">\n  ") })).classes).toMatchObject([
      { kind: "exact" },
    ]);
  });

  test("a copy begins and ends with whole lines, unless lines are as long as copies", async () => {
    const [one, another] = [1, 2].map((n) => `test("${n}", () => {\n  run(${n});\n}); ${original}`);
    const { classes } = await clonesIn({ "a.js": `${one}first();`, "b.js": `${another}second(1);` });
    expect(classes[0]!.fragments).toEqual([
      { path: "a.js", line: 1, endLine: 12 },
      { path: "b.js", line: 1, endLine: 12 },
    ]);
    const inside = await clonesIn({
      "a.js": original.replace("export function", "go(), a = function"),
      "b.js": original.replace("export function", "let f = 1, a = function"),
    });
    expect(inside.classes[0]!.fragments).toEqual([
      { path: "a.js", line: 2, endLine: 10 },
      { path: "b.js", line: 2, endLine: 10 },
    ]);
    const onOneLine = original.replaceAll("\n", " ");
    const minified = await clonesIn({ "a.js": `one(1); ${onOneLine}`, "b.js": `${onOneLine} two();` });
    expect(minified.classes[0]!.fragments).toHaveLength(2);
  });

  test("a copy that is a small part of a long line is not told, and what is left alone by that is no copy", async () => {
    const row = Array.from({ length: 200 }, (_, at) => `${at} + x`).join(", ");
    const { classes, files } = await clonesIn({
      "a.js": original,
      "b.js": `start(${row}); ${original.replaceAll("\n", " ")} stop(${row});`,
    });
    expect(classes).toEqual([]);
    expect(files.map(({ duplicated }) => duplicated)).toEqual([0, 0]);
    const { classes: kept } = await clonesIn({
      "a.js": original,
      "b.js": `start(${row}); ${original.replaceAll("\n", " ")} stop(${row});`,
      "c.js": original,
    });
    expect(kept[0]!.fragments.map(({ path }) => path)).toEqual(["a.js", "c.js"]);
  });

  test("copies within one file do not overlap, and a third one joins their class", async () => {
    const { classes } = await clonesIn({ "a.js": original + other + renamed, "b.js": original });
    expect(classes).toHaveLength(1);
    expect(classes[0]!.fragments.map(({ path, line }) => `${path}:${line}`)).toEqual([
      "a.js:1",
      "a.js:22",
      "b.js:1",
    ]);
  });

  test("work that is cancelled ends, and everybody else has a turn meanwhile", async () => {
    const tape = (await tapeOf("javascript", longer(original).repeat(400)))!;
    const files = Array.from({ length: 40 }, (_, at) => ({ path: `${at + 10}.js`, tape }));
    const cancelled = new AbortController();
    setTimeout(() => cancelled.abort(new Error("ctrl-C")), 1);
    await expect(findClones(files, () => cancelled.signal.throwIfAborted())).rejects.toThrow("ctrl-C");
  });

  test("what is too much to compare is counted, and what was compared is reported", async () => {
    const tape = (await tapeOf("javascript", original))!;
    const files = ["a.js", "b.js", "c.js", "d.js"].map((path) => ({ path, tape }));
    const all = await findClones(files);
    expect(all).toMatchObject({ notCompared: 0, classes: [{ fragments: { length: 4 } }] });
    const some = await findClones(files, undefined, 2);
    expect(some.classes).toHaveLength(1);
    expect(some.notCompared).toBeGreaterThan(0);
  });

  test("a copy that shares its place with a longer one of another is told all the same", async () => {
    const shared = Array.from({ length: 245 }, (_, at) => 100 + at);
    const before = Array.from({ length: 20 }, (_, at) => 1000 + at);
    const changed = [...before, ...shared.slice(0, 220)].map((kind, at) =>
      at > 55 && at % 24 > 20 ? 2000 + at : kind,
    );
    const { classes } = await findClones([
      { path: "a.js", tape: tapeFrom([...before, ...shared]) },
      { path: "b.js", tape: tapeFrom(shared) },
      { path: "c.js", tape: tapeFrom(changed) },
    ]);
    expect(classes.map(({ fragments }) => fragments.map(({ path }) => path))).toEqual([
      ["a.js", "b.js"],
      ["a.js", "c.js"],
    ]);
  });

  test("a copy whose names are replaced in one way is one, even where hashes of names collide on both sides", () => {
    // Of each name a byte: 7 is two names on the left, 8 two on the right, and the frequent one shares both.
    const kinds = Uint16Array.from({ length: 60 }, (_, at) => (at < 4 || at % 3 < 2 ? 1 : 100 + at));
    const left = { kinds, texts: textsWith([7, 9, 7, 9], 7) };
    const right = { kinds, texts: textsWith([6, 8, 6, 8], 8) };
    expect(compareTapes(left, 0, right, 0, false)).toMatchObject({ bits: 1 });
    const [one, other] = [11, 13].map((names) => ({
      kinds,
      texts: Uint8Array.from({ length: 60 }, (_, at) => (at * 7) % names),
    }));
    expect(compareTapes(one!, 0, other!, 0, false).bits).toBeUndefined();
  });

  test("a class of many copies in one place takes no more than they are", async () => {
    const files: Record<string, string> = {};
    for (let at = 10; at < 70; at++)
      files[`${at}.js`] = `${other}${longer(original)}${"x();".repeat(at % 7)}${renamed}`;
    const { classes, percent } = await clonesIn(files);
    expect(classes[0]!.fragments).toHaveLength(60);
    expect(percent).toBeGreaterThan(90);
  });

  test("a short file, an empty one and one that is all error are looked at without harm", async () => {
    const { classes, percent } = await clonesIn({
      "a.js": "",
      "b.js": "x = 1",
      "c.js": "{{{{((((".repeat(200),
    });
    expect({ classes, percent }).toEqual({ classes: [], percent: 0 });
  });
});

describe("a class", () => {
  test("has no two copies that are less than three quarters alike, however like the first they are", async () => {
    const changes = fc.uniqueArray(fc.nat({ max: 99 }), { minLength: 6, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(changes, { minLength: 2, maxLength: 6 }), async (versions) => {
        const copies = [[], ...versions].map((changed, version) => {
          const kinds = Uint16Array.from({ length: 100 }, (_, at) => 100 + at);
          for (const at of changed) kinds[at] = 1000 + version;
          return { kinds, texts: new Uint8Array(100), lines: new Uint32Array(100).fill(1) };
        });
        const none = { hashes: new Uint32Array(0), places: new Uint32Array(0), count: 0 };
        const tapes = new TapeCache(copies.map((tape) => ({ tape: packTape(tape, 100, none) })));
        const spans = copies.map((_, file) => ({ file, from: 0, to: 100 }));
        const { groups } = await verified([{ spans, kind: "near" }], tapes, new Pace());
        for (const { spans: alike } of groups)
          for (const one of alike)
            for (const another of alike)
              expect(isAlike(copies[one.file]!.kinds, copies[another.file]!.kinds, 0.75)).toBe(true);
      }),
    );
  });
});

describe("likeness", () => {
  const sequence = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 90 });

  test("is the longest common subsequence over the mean length, held against a bound", () => {
    const bounds = fc.oneof(fc.constant(0.8), fc.double({ min: 0.01, max: 1, noNaN: true }));
    fc.assert(
      fc.property(sequence, sequence, bounds, (one, other, least) => {
        const value = commonByTable(one, other) / ((one.length + other.length) / 2);
        return isAlike(Uint16Array.from(one), Uint16Array.from(other), least) === value >= least;
      }),
    );
  });

  test("of two that begin or end alike is told by their middle, too", () => {
    fc.assert(
      fc.property(sequence, sequence, sequence, sequence, (start, one, other, end) => {
        const a = [...start, ...one, ...end];
        const b = [...start, ...other, ...end];
        const value = commonByTable(a, b) / ((a.length + b.length) / 2);
        return isAlike(Uint16Array.from(a), Uint16Array.from(b), 0.8) === value >= 0.8;
      }),
    );
  });
});

describe("tapes", () => {
  test("come out as they went in", () => {
    const token = fc.record({
      kind: fc.integer({ min: 1, max: 700 }),
      text: fc.nat({ max: 255 }),
      lines: fc.nat({ max: 40_000 }),
    });
    fc.assert(
      fc.property(fc.array(token, { maxLength: 900 }), fc.array(fc.nat({ max: 300 })), (tokens, steps) => {
        let line = 1;
        const tape = {
          kinds: Uint16Array.from(tokens, ({ kind }) => kind),
          texts: Uint8Array.from(tokens, ({ kind, text }) => (kind <= 2 ? text : 0)),
          lines: Uint32Array.from(tokens, ({ lines }, at) => (line += at % 3 === 0 ? lines : 0)),
        };
        let place = 0;
        const places = Uint32Array.from(steps, (step) => (place += step));
        const hashes = places.map((at) => Math.imul(at + 1, 0x9e3779b1));
        const packed = packTape(tape, tokens.length, { hashes, places, count: places.length });
        const opened = openTape(packed);
        expect(opened.kinds).toEqual(tape.kinds);
        expect(opened.texts).toEqual(tape.texts);
        expect(readLines(opened)).toEqual(tape.lines);
        expect(readPrintHashes(packed)).toEqual(hashes);
        expect([...hashes, NO_PRINT]).toEqual(
          Array.from({ length: hashes.length + 1 }, (_, at) => readPrintHash(packed, at)),
        );
        expect(readPrintPlaces(packed)).toEqual(places);
        expect(readHead(packed)).toMatchObject({ tokens: tokens.length, lines: new Set(tape.lines).size });
      }),
    );
  });
});

test("a long tape is compressed, and comes out as it went in", () => {
  const kinds = Uint16Array.from({ length: 9000 }, (_, at) => 1 + ((at * at) % 300));
  const texts = Uint8Array.from(kinds, (kind, at) => (kind <= 2 ? at % 7 : 0));
  const lines = Uint32Array.from(kinds, (_, at) => 1 + (at >> 3) + (at > 8000 ? 70_000 : 0));
  const none = { hashes: new Uint32Array(0), places: new Uint32Array(0), count: 0 };
  const packed = packTape({ kinds, texts, lines }, kinds.length, none);
  expect(packed.byteLength).toBeLessThan(kinds.length);
  const opened = openTape(packed);
  expect(opened.kinds).toEqual(kinds);
  expect(opened.texts).toEqual(texts);
  expect(readLines(opened)).toEqual(lines);
});

function commonByTable(one: readonly number[], other: readonly number[]): number {
  let row = other.map(() => 0);
  for (const token of one) {
    const next: number[] = [];
    for (const [at, same] of other.entries())
      next.push(token === same ? (row[at - 1] ?? 0) + 1 : Math.max(row[at]!, next[at - 1] ?? 0));
    row = next;
  }
  return row.at(-1)!;
}

describe("fingerprints", () => {
  test("two sequences that share as many tokens as a copy has at least share a fingerprint", () => {
    const token = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 80 }),
        fc.array(token, { maxLength: 80 }),
        fc.array(token, { minLength: LEAST_TOKENS, maxLength: 120 }),
        (left, right, shared) => {
          fc.pre(leastKinds(shared) >= 8);
          const a = prints([...left, ...shared]);
          const b = prints([...right, ...shared]);
          return [...a].some((hash) => b.has(hash));
        },
      ),
    );
  });

  test("no two tokens of related grammars share a kind", async () => {
    for (const family of [
      ["javascript", "typescript", "tsx"],
      ["c", "cpp"],
      ...languages.map(({ id }) => [id]),
    ]) {
      const names = new Map<number, string>();
      for (const id of family) {
        const { language } = await loadGrammar(id);
        const kinds = tokenKinds(language, compileLanguage(languageById(id)!, language));
        for (let symbol = 0; symbol < language.nodeTypeCount; symbol++) {
          const kind = kinds[symbol]!;
          const name = language.nodeTypeForId(symbol) ?? "";
          if (
            kind <= 2 ||
            kind !== kindOf(name, language.nodeTypeIsNamed(symbol)) ||
            language.nodeTypeIsNamed(symbol)
          )
            continue;
          expect(names.get(kind) ?? name, `${id}: ${name}`).toBe(name);
          names.set(kind, name);
        }
      }
    }
  });
});

function textsWith(rare: readonly number[], frequent: number): Uint8Array {
  return Uint8Array.from({ length: 60 }, (_, at) => (at < 4 ? rare[at]! : at % 9 === 0 ? frequent : 20 + at));
}

/** Ten tokens in a line. */
function tapeFrom(tokens: readonly number[]): Uint8Array {
  const winnower = new Winnower();
  const kinds = Uint16Array.from(tokens);
  winnower.run(kinds, kinds.length, 0);
  const lines = Uint32Array.from(tokens, (_, at) => 1 + Math.floor(at / 10));
  return packTape({ kinds, texts: new Uint8Array(kinds.length), lines }, kinds.length, winnower);
}

function prints(tokens: number[]): Set<number> {
  const winnower = new Winnower();
  winnower.run(Uint16Array.from(tokens), tokens.length, 0);
  return new Set(winnower.hashes.subarray(0, winnower.count));
}

/** Different tokens in the poorest window: below a bound windows have no fingerprint. */
function leastKinds(tokens: number[]): number {
  return Math.min(
    ...tokens.slice(0, tokens.length - K + 1).map((_, at) => new Set(tokens.slice(at, at + K)).size),
  );
}

function longer(text: string): string {
  return text.replace(
    "  return [",
    `  while (totals.size > 10 && orders.length !== 0) {
    const [first, ...rest] = orders.map((one) => ({ ...one, amount: one.amount - 1 }));
    if (first === undefined) throw new Error("nothing is left of " + rest.length);
    totals.delete(first.customer);
  }
  return [`,
  );
}

function typedTable(name: string, factor: number): string {
  const numbers = Array.from({ length: 60 }, (_, at) => (at * at * factor) % 97);
  return `export const ${name} = new Uint8Array([${numbers.join(", ")}]);\n`;
}

function templateOf(words: readonly string[]): string {
  return words
    .map((word) => `<div class="${word}"><?php echo esc_attr( $item['${word}'] ); ?></div>\n`)
    .join("");
}

function tableFrom(from: number): string {
  return `const table = [\n${Array.from({ length: 60 }, (_, row) => `  [${from + row}, "x${row}", ${row * from}],`).join("\n")}\n];\n`;
}
