import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cheapestCut } from "../../../../src/analysis/layers/index.ts";
import { runCaelum } from "../../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

interface Report {
  findings: { ruleId: string; path: string; line: number; message: string }[];
  graph: { cuts: ({ from: string; to: string; left: number } | null)[] };
  since?: { changed: object[]; affected: object[]; commit: string };
}

async function analyze(
  cwd: string,
  ...args: string[]
): Promise<Report & { stderr: string; exitCode: number | undefined }> {
  const { stdout, stderr, exitCode } = await runCaelum(
    ["analyze", "--no-cache", "--quiet", "--format", "json", ...args],
    { cwd },
  );
  return { ...((stdout === "" ? {} : JSON.parse(stdout)) as Report), stderr, exitCode };
}

const project = {
  "src/core/a.ts": 'import "../ui/page.ts";\nimport "./b.ts";\n',
  "src/core/b.ts": "export const b = 1;\n",
  "src/ui/page.ts": 'import "../core/b.ts";\nimport "../data/store.ts";\n',
  "src/data/store.ts": "export const store = 1;\n",
  "tools/x.ts": 'import "../src/ui/page.ts";\n',
};

describe("layers", () => {
  test("an import that goes against them is a finding at its line; files in no layer are free", async () => {
    const cwd = temporaryFolder({
      ...project,
      "caelum.config.json": config([
        { name: "core", files: ["src/core/**"], mayImport: [] },
        { name: "data", files: ["src/data/**"] },
        { name: "ui", files: ["src/ui/**"], mustNotImport: ["data"] },
      ]),
    });
    const { findings } = await analyze(cwd);
    expect(findings.map((one) => [one.path, one.line, one.message])).toEqual([
      ["src/core/a.ts", 1, 'layer "core" may not import "ui": src/ui/page.ts'],
      ["src/ui/page.ts", 2, 'layer "ui" may not import "data": src/data/store.ts'],
    ]);
    expect((await analyze(cwd, "--fail-on", "medium")).exitCode).toBe(1);
  });

  test("a name that no layer has, and a layer that is none, are said", async () => {
    const unknown = temporaryFolder({
      ...project,
      "caelum.config.json": config([{ name: "core", files: ["src/**"], mayImport: ["cor"] }]),
    });
    expect(await analyze(unknown)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/there is no layer "cor"/) as unknown,
    });
    const wrong = temporaryFolder({
      ...project,
      "caelum.config.json": config([{ name: "core", file: ["src/**"] }]),
    });
    expect(await analyze(wrong)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/analyze\.layers\[0\]/) as unknown,
    });
  });
});

describe("the cheapest import to cut", () => {
  test("ends a cycle where one import closes it, and is the one that leaves least of a larger one", async () => {
    const cwd = temporaryFolder({
      "a.ts": 'import "./b.ts";\n',
      "b.ts": 'import "./c.ts";\nimport "./d.ts";\n',
      "c.ts": 'import "./d.ts";\n',
      "d.ts": 'import "./a.ts";\n',
    });
    expect((await analyze(cwd)).graph.cuts).toEqual([{ from: "a.ts", to: "b.ts", left: 0 }]);
  });

  test("is an import of the cycle, and what it leaves is what is left", () => {
    const graphs = fc.integer({ min: 2, max: 9 }).chain((size) =>
      fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 20 }).map((extra) => {
        const ring = Array.from({ length: size }, (_, i): [number, number] => [i, (i + 1) % size]);
        return { size, edges: [...ring, ...extra] };
      }),
    );
    fc.assert(
      fc.property(graphs, ({ size, edges }) => {
        const names = Array.from({ length: size }, (_, i) => `f${i}`);
        const cut = cheapestCut(names, (name) =>
          edges.filter(([from]) => `f${from}` === name).map(([, to]) => `f${to}`),
        );
        expect(edges.map(([from, to]) => `f${from} f${to}`)).toContain(`${cut!.from} ${cut!.to}`);
        const rest = edges.filter(([from, to]) => `f${from}` !== cut!.from || `f${to}` !== cut!.to);
        expect(cut!.left).toBe(largestBySearch(size, rest));
      }),
    );
  });
});

/** Files that reach each other, by trying every pair. */
function largestBySearch(size: number, edges: readonly (readonly [number, number])[]): number {
  const reach = (from: number): Set<number> => {
    const seen = new Set([from]);
    for (let grew = true; grew;) {
      grew = false;
      for (const [a, b] of edges) if (seen.has(a) && !seen.has(b)) grew = Boolean(seen.add(b));
    }
    return seen;
  };
  const reached = Array.from({ length: size }, (_, node) => reach(node));
  const sizes = reached.map((set, node) => [...set].filter((other) => reached[other]!.has(node)).length);
  const largest = Math.max(...sizes);
  return largest === 1 ? 0 : largest;
}

describe("--since", () => {
  test("names what changed, committed or not, and who imports it how directly", async () => {
    const { cwd, git } = repository();
    const first = git("rev-parse", "HEAD").trim();
    writeFileSync(path.join(cwd, "src/core/b.ts"), "export const b = 2;\n");
    git("commit", "--quiet", "--all", "--message", "y");
    git("mv", "src/data/store.ts", "src/data/shop.ts");
    rmSync(path.join(cwd, "tools/x.ts"));
    writeFileSync(path.join(cwd, "ü new.ts"), "");
    const { since } = await analyze(cwd, "--since", "HEAD~1");
    expect(since).toEqual({
      revision: "HEAD~1",
      commit: first,
      changed: [
        { path: "src/core/b.ts", status: "changed" },
        { path: "src/data/shop.ts", status: "renamed", from: "src/data/store.ts" },
        { path: "tools/x.ts", status: "deleted" },
        { path: "ü new.ts", status: "added" },
      ],
      affected: [
        { path: "src/core/a.ts", depth: 1 },
        { path: "src/ui/page.ts", depth: 1 },
      ],
    });
    const { stdout } = await runCaelum(["analyze", "--since", "HEAD~1"], { cwd });
    expect(stdout).toMatch(
      /changed +4 files since HEAD~1; 2 others may notice, 2 of them import one directly/,
    );
  });

  test("a revision that is none is a mistake in the command, also one that looks like an option", async () => {
    const { cwd } = repository();
    for (const revision of ["nope", "--output=x", ""]) {
      const { exitCode, stderr } = await analyze(cwd, `--since=${revision}`);
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(/names no commit here/) as unknown,
      });
    }
    expect((await analyze(temporaryFolder(project), "--since", "HEAD")).exitCode).toBe(2);
  });
});

function config(layers: object): string {
  return JSON.stringify({ analyze: { layers } });
}

function repository(): { cwd: string; git: (...args: string[]) => string } {
  const cwd = temporaryFolder(project);
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.com", ...args], {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "x");
  return { cwd, git };
}
