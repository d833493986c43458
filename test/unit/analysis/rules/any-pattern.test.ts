import { readFileSync } from "node:fs";
import path from "node:path";
import { type Arbitrary, array, assert, boolean, constantFrom, nat, property, record } from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { languageById } from "../../../../src/analysis/languages/index.ts";
import { findMatches, rootSymbols } from "../../../../src/analysis/rules/match/find-matches.ts";
import { Matcher } from "../../../../src/analysis/rules/match/matcher.ts";
import { Source } from "../../../../src/analysis/rules/match/source.ts";
import { compilePattern, PatternProblem } from "../../../../src/analysis/rules/pattern/compile-pattern.ts";
import { type Pattern, Slots } from "../../../../src/analysis/rules/pattern/pattern.ts";
import { compileSyntax } from "../../../../src/analysis/rules/syntax/compile-syntax.ts";
import { loadGrammar } from "../../../helpers/extract.ts";
import { type Choice, type Mutation, mutations, PatternMaker } from "../../../helpers/made-patterns.ts";
import { projectRoot } from "../../../helpers/run-caelum.ts";

const folder = path.join(projectRoot, "test/fixtures/analysis/languages");
const sources = {
  javascript: "job-queue.js",
  typescript: "rate-limit.ts",
  tsx: "todo-list.tsx",
  python: "inventory.py",
  go: "pool.go",
  rust: "ledger.rs",
  java: "OrderBook.java",
  c: "queue.c",
  cpp: "shapes.cpp",
  csharp: "OrderService.cs",
  ruby: "ledger.rb",
  php: "Catalog.php",
};

const list = <T>(one: Arbitrary<T>): Arbitrary<T[]> => array(one, { minLength: 7, maxLength: 7 });

const choice: Arbitrary<Choice> = record({
  place: nat(),
  names: list(boolean()),
  sharesNames: boolean(),
  lists: list(constantFrom("nothing", "all", "rest", "start", "around")),
  parts: list(constantFrom("itself", "itself ", "metavariable", "deep")),
  strings: boolean(),
  blocks: boolean(),
});

/** The gate tries the same cases each time; any number here tries others. */
const seed = Number(process.env["CAELUM_PATTERN_SEED"] ?? 1);

describe.each(Object.entries(sources))("patterns from real %s", (language, file) => {
  const text = readFileSync(path.join(folder, file), "utf8");
  let maker: PatternMaker;
  let source: Source;
  let places: number[];
  let compiled: (written: string) => { pattern: Pattern; slots: Slots } | undefined;

  beforeAll(async () => {
    const grammar = await loadGrammar(language);
    const syntax = compileSyntax(language, grammar.language, Object.keys(languageById(language)!.functions));
    const tree = grammar.parse(text);
    source = new Source({ ...tree, nodes: tree.nodes.slice(0, tree.count * 5) }, text, syntax);
    maker = new PatternMaker(source, grammar, language);
    places = maker.places();
    compiled = (written) => {
      const slots = new Slots();
      try {
        return { pattern: compilePattern(written, { grammar, syntax, slots }), slots };
      } catch (error) {
        // Some fragments are no code by themselves.
        if (error instanceof PatternProblem) return undefined;
        throw error;
      }
    };
  });

  function finds({ pattern, slots }: { pattern: Pattern; slots: Slots }, node: number): boolean {
    const roots = rootSymbols(pattern, source.syntax);
    const tried = roots === undefined || roots.includes(source.symbol(node));
    return tried && findMatches(new Matcher(source), pattern, slots.names.length, [node]).length > 0;
  }

  test("find the place they were made from, and do not find it when something in them is wrong", () => {
    let found = 0;
    const missed = new Map<Mutation, number>();
    assert(
      property(choice, nat(), (one, wrong) => {
        const node = places[one.place % places.length]!;
        const written = maker.text(node, one)!;
        const made = compiled(written);
        if (made === undefined || made.pattern.type === "metavariable" || made.pattern.type === "ellipsis")
          return;
        found++;
        expect(finds(made, node), `${written}\n-- made from --\n${source.textOf(node)}`).toBe(true);
        for (const mutation of mutations) {
          const mutated = maker.text(node, one, mutation, wrong);
          const other = mutated === undefined ? undefined : compiled(mutated);
          if (other === undefined) continue;
          missed.set(mutation, (missed.get(mutation) ?? 0) + 1);
          expect(
            finds(other, node),
            `${mutated}\n-- must not match (${mutation}) --\n${source.textOf(node)}`,
          ).toBe(false);
        }
      }),
      { numRuns: 200, seed },
    );
    expect(found).toBeGreaterThan(150);
    for (const mutation of mutations)
      if (mutation !== "string") expect(missed.get(mutation), mutation).toBeGreaterThan(10);
  });
});
