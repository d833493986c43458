import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as babel from "@babel/eslint-parser";
import type { Linter } from "eslint";
import { describe, expect, it } from "vitest";
import { eslintComplexity, type MeasuredFunction, type Reading } from "../../helpers/eslint-complexity.ts";
import { extract } from "../../helpers/extract.ts";

const project = fileURLToPath(new URL("../../../", import.meta.url));

const filesOf = (...patterns: string[]): string[] =>
  patterns.flatMap((pattern) => globSync(pattern, { cwd: project })).toSorted();

function babelReading(fileName: string, plugins: readonly string[]): Reading {
  const babelOptions = { babelrc: false, configFile: false, parserOpts: { plugins: [...plugins] } };
  return {
    sourceType: "module",
    fileName,
    parser: babel as Linter.Parser,
    parserOptions: { requireConfigFile: false, babelOptions },
  };
}

const asJavaScript = (text: string): MeasuredFunction[] | undefined =>
  eslintComplexity(text, { sourceType: "module", fileName: "file.js" }) ??
  eslintComplexity(text, { sourceType: "commonjs", fileName: "file.js" });
const asTypeScript = (text: string): MeasuredFunction[] | undefined =>
  eslintComplexity(text, babelReading("file.ts", ["typescript", "decorators"]));
const asTsx = (text: string): MeasuredFunction[] | undefined =>
  eslintComplexity(text, babelReading("file.tsx", ["typescript", "decorators", "jsx"]));

interface Comparison {
  files: number;
  functions: number;
  differences: string[];
}

/** Both list functions in the order in which they start, so equal lists are equal function by function. */
async function compare(
  language: string,
  files: readonly string[],
  read: (text: string) => MeasuredFunction[] | undefined,
): Promise<Comparison> {
  const result: Comparison = { files: 0, functions: 0, differences: [] };
  for (const file of files) {
    const text = readFileSync(`${project}${file}`, "utf8");
    const theirs = read(text);
    if (theirs === undefined) continue; // written in a dialect that ESLint cannot read
    const { functions } = await extract(language, text);
    const expected = theirs.map(({ line, complexity }) => `${file}:${line} ${complexity}`);
    const found = functions.map(({ line, cyclomatic }) => `${file}:${line} ${cyclomatic}`);
    const first = expected.findIndex((entry, index) => entry !== found[index]);
    if (first >= 0 || found.length !== expected.length)
      result.differences.push(
        `ESLint says ${expected[first] ?? "nothing"}, we say ${found[first] ?? "nothing"}`,
      );
    result.files++;
    result.functions += expected.length;
  }
  return result;
}

describe("cyclomatic complexity equals ESLint's complexity rule", { timeout: 120_000 }, () => {
  it("on every function of real JavaScript packages", async () => {
    const files = filesOf(
      "node_modules/{commander,cosmiconfig,execa,ignore}/**/*.js",
      "node_modules/eslint/lib/rules/*.js",
      "node_modules/{eslint,espree,acorn,eslint-scope}/lib/*.js",
      "node_modules/{yaml,knip}/dist/**/*.js",
      "node_modules/ink/build/**/*.js",
    );
    const compared = await compare("javascript", files, asJavaScript);
    expect(compared.differences).toEqual([]);
    expect(compared.files).toBeGreaterThan(500);
    expect(compared.functions).toBeGreaterThan(5000);
  });

  it("on every function of real TypeScript packages and of this project", async () => {
    const files = filesOf(
      "node_modules/ajv/lib/**/*.ts",
      "node_modules/zod/src/v4/{core,classic,mini}/*.ts",
      "node_modules/@jridgewell/*/src/*.ts",
      "node_modules/yoga-layout/src/*.ts",
      "{src,commands,scripts}/**/*.ts",
    );
    const compared = await compare("typescript", files, asTypeScript);
    expect(compared.differences).toEqual([]);
    expect(compared.files).toBeGreaterThan(250);
    expect(compared.functions).toBeGreaterThan(2500);
  });

  it("on every function of this project's TSX, and of TypeScript read as TSX", async () => {
    const files = filesOf("{src,commands}/**/*.tsx", "src/analysis/**/*.ts", "node_modules/ajv/lib/**/*.ts");
    const compared = await compare("tsx", files, asTsx);
    expect(compared.differences).toEqual([]);
    expect(compared.files).toBeGreaterThan(150);
  });

  it("on the constructs that real code seldom has", async () => {
    const text = `
      class Rare {
        static { if (a || b) c?.d; }
        [x || y] = z && w;
        #field = () => a ?? b;
        static async *#method({ a = 1, b: [c = 2] = [] } = {}, ...rest) { for await (const x of y) label: while (1) break label; }
        get [a ? b : c]() { return super.x?.[1]?.(2); }
      }
      const f = (a = b || c) => { a &&= 1; b ||= 2; c ??= 3; [d = 4, { e = 5 }] = f; };
      function* g() { switch (a) { case 1: case 2: yield; default: } try { throw 0 } catch { } finally { } do { } while (a); }
      export default async x => y => z?.w;
    `;
    const theirs = asJavaScript(text);
    const { functions } = await extract("javascript", text);
    expect(functions.map(({ line, cyclomatic }) => [line, cyclomatic])).toEqual(
      theirs?.map(({ line, complexity }) => [line, complexity]),
    );
    expect(theirs).toHaveLength(7);
  });
});
