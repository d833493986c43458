import { readFileSync } from "node:fs";
import path from "node:path";
import { type Arbitrary, array, assert, boolean, nat, property, record } from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { languageById } from "../../../../src/analysis/languages/index.ts";
import type { LoadedGrammar } from "../../../../src/analysis/parse/parsers.ts";
import { findMatches, rootSymbols } from "../../../../src/analysis/rules/match/find-matches.ts";
import { Matcher } from "../../../../src/analysis/rules/match/matcher.ts";
import { Source } from "../../../../src/analysis/rules/match/source.ts";
import { compilePattern, PatternProblem } from "../../../../src/analysis/rules/pattern/compile-pattern.ts";
import { type Pattern, Slots } from "../../../../src/analysis/rules/pattern/pattern.ts";
import {
  type CompiledSyntax,
  compileSyntax,
  Is,
} from "../../../../src/analysis/rules/syntax/compile-syntax.ts";
import { loadGrammar } from "../../../helpers/extract.ts";
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

/** A place in real code, and how it is turned into a pattern. */
interface Choice {
  place: number;
  /** Which of its names become metavariables. */
  names: readonly boolean[];
  /** Whether arguments become `...`. */
  ellipsis: boolean;
}

const choice: Arbitrary<Choice> = record({
  place: nat(),
  names: array(boolean(), { minLength: 30, maxLength: 30 }),
  ellipsis: boolean(),
});

/** Kinds that are whole statements or expressions wherever they stand. */
const WHOLE =
  /^(?:.*call.*|invocation_expression|method_invocation|(?:object_creation|new|assignment|binary|conditional|ternary)_expression|assignment|binary(?:_operator)?|return_statement|return|if_statement|if)$/;

describe.each(Object.entries(sources))("patterns from real %s", (language, file) => {
  const text = readFileSync(path.join(folder, file), "utf8");
  let grammar: LoadedGrammar;
  let syntax: CompiledSyntax;
  let source: Source;
  let places: number[];

  beforeAll(async () => {
    grammar = await loadGrammar(language);
    syntax = compileSyntax(language, grammar.language, Object.keys(languageById(language)!.functions));
    const tree = grammar.parse(text);
    source = new Source({ ...tree, nodes: tree.nodes.slice(0, tree.count * 5) }, text, syntax);
    places = Array.from({ length: source.count }, (_, node) => node).filter(
      (node) =>
        WHOLE.test(grammar.language.nodeTypeForId(source.symbol(node)) ?? "") &&
        source.isNamed(node) &&
        // `a * b;` may declare b, `defined(X)` is the preprocessor's, `A::$X` is a static property of PHP.
        !(/^c(?:pp)?$/.test(language) && /^\w+ [*&]+ \w+$|defined/.test(source.textOf(node))) &&
        !(language === "php" && source.textOf(node).includes("::")) &&
        source.unwrap(node) === node &&
        source.end(node) - source.start(node) < 300,
    );
  });

  /** The text of a node with some of its names and arguments taken out; `change` replaces a name that stays. */
  function patternText(
    node: number,
    { names, ellipsis }: Choice,
    change?: (name: string) => string,
  ): string | undefined {
    const cuts: { start: number; end: number; by: string }[] = [];
    let index = 0;
    let isChanged = change === undefined;
    const call = syntax.calls.get(source.symbol(node));
    const list =
      ellipsis && call !== undefined && language !== "bash" ? source.follow(node, call.arguments) : -1;
    for (let at = node; at < source.after(node); at++) {
      if (at === list && /^\(.*\)$/s.test(source.textOf(at))) {
        cuts.push({ start: source.start(at), end: source.end(at), by: "(...)" });
        at = source.after(at) - 1;
        continue;
      }
      if ((source.is(at) & Is.name) === 0 || !source.isLeaf(at) || /^\W/.test(source.textOf(at))) continue;
      const own = index++;
      // The name of a variable in PHP is a part of one, and a keyword argument's is no place for a metavariable.
      const parent = source.parents[at]!;
      const isFree =
        !/^(?:variable_name|jsx_.*|.*type.*)$/.test(
          grammar.language.nodeTypeForId(source.symbol(parent)) ?? "",
        ) && (source.is(parent) & Is.entry) === 0;
      if (isFree && names[own % names.length] === true && !source.textOf(at).startsWith("_"))
        cuts.push({
          start: source.start(at),
          end: source.end(at),
          by: `$${String.fromCodePoint(65 + (own % 26))}${own}`,
        });
      else if (!isChanged) {
        isChanged = true;
        cuts.push({ start: source.start(at), end: source.end(at), by: change!(source.textOf(at)) });
      }
    }
    if (!isChanged) return undefined;
    let out = "";
    let last = source.start(node);
    for (const { start, end, by } of cuts) {
      out += text.slice(last, start) + by;
      last = end;
    }
    return out + text.slice(last, source.end(node));
  }

  function compiled(written: string): { pattern: Pattern; slots: Slots } | undefined {
    const slots = new Slots();
    try {
      return { pattern: compilePattern(written, { grammar, syntax, slots }), slots };
    } catch (error) {
      // Some fragments are no code by themselves.
      if (error instanceof PatternProblem) return undefined;
      throw error;
    }
  }

  function finds({ pattern, slots }: { pattern: Pattern; slots: Slots }, node: number): boolean {
    const roots = rootSymbols(pattern, syntax);
    const tried = roots === undefined || roots.includes(source.symbol(node));
    return tried && findMatches(new Matcher(source), pattern, slots.names.length, [node]).length > 0;
  }

  test("find the place they were made from, and do not find it when a name in them changes", () => {
    let tried = 0;
    assert(
      property(choice, (one) => {
        const node = places[one.place % places.length]!;
        const written = patternText(node, one)!;
        const made = compiled(written);
        if (made === undefined || made.pattern.type === "metavariable" || made.pattern.type === "ellipsis")
          return;
        tried++;
        expect(finds(made, node), `${written}\n-- made from --\n${source.textOf(node)}`).toBe(true);
        const mutated = patternText(node, one, (name) => `${name}Changed`);
        const other = mutated === undefined ? undefined : compiled(mutated);
        if (other !== undefined)
          expect(finds(other, node), `${mutated}\n-- must not match --\n${source.textOf(node)}`).toBe(false);
      }),
      { numRuns: 300 },
    );
    expect(tried).toBeGreaterThan(100);
  });
});
