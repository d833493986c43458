import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { coverageTotals, lcovReport, mergeCoverage } from "../../../../src/testing/coverage/index.ts";
import { placeInTree } from "../../../../src/testing/coverage/merge.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

const source = `export function sign(value) {
  if (value < 0) {
    return -1;
  }
  return 1;
}
`;
const tree = { read: (file: string) => (file === "src/sign.mjs" ? source : undefined), goModules: [] };

/** What Node itself writes when it runs this. */
function nodeCoverage(value: number): { root: string; text: string } {
  const root = temporaryFolder();
  mkdirSync(path.join(root, "src"));
  writeFileSync(path.join(root, "src/sign.mjs"), source);
  writeFileSync(path.join(root, "run.mjs"), `import { sign } from "./src/sign.mjs"; sign(${value});`);
  const folder = path.join(root, "coverage");
  execFileSync(process.execPath, ["run.mjs"], {
    cwd: root,
    env: { ...process.env, NODE_V8_COVERAGE: folder },
  });
  const [file] = readdirSync(folder);
  return { root, text: readFileSync(path.join(folder, file!), "utf8") };
}

test("runs of Node on two hosts add up to one picture, whatever their folders are called", async () => {
  const collected = [1, -1].map((value, index) => {
    const { root, text } = nodeCoverage(value);
    return { host: `host-${index}`, root, project: "", name: "v8.json", text };
  });
  const first = await mergeCoverage(collected.slice(0, 1), tree);
  const both = await mergeCoverage(collected, tree);
  expect([...both.files.keys()]).toEqual(["src/sign.mjs"]);
  expect(first.files.get("src/sign.mjs")?.lines.get(3)).toBe(0);
  expect(both.files.get("src/sign.mjs")?.lines.get(3)).toBe(1);
  expect(both.files.get("src/sign.mjs")?.lines.get(1)).toBe(2);
});

test("what it writes as lcov it reads as the same", async () => {
  const { root, text } = nodeCoverage(-1);
  const report = await mergeCoverage([{ host: "a", root, project: "", name: "v8.json", text }], tree);
  const again = await mergeCoverage(
    [{ host: "b", root: "/elsewhere", project: "", name: "lcov.info", text: lcovReport(report) }],
    tree,
  );
  expect(again).toEqual(report);
});

test("a line of Go ran as often as the block on it that ran most, in the module's folder", async () => {
  const text =
    "mode: count\nexample.org/shop/cart/cart.go:3.20,5.2 2 4\nexample.org/shop/cart/cart.go:4.2,4.9 1 0\n";
  const report = await mergeCoverage([{ host: "a", root: "/w", project: "go", name: "cover.out", text }], {
    read: () => "",
    goModules: [{ name: "example.org/shop", folder: "go" }],
  });
  expect([...(report.files.get("go/cart/cart.go")?.lines ?? [])]).toEqual([
    [3, 4],
    [4, 4],
    [5, 4],
  ]);
});

test("coverage.py's lines are those of the project's folder", async () => {
  const text = JSON.stringify({
    meta: { version: "7.6" },
    files: { "app/views.py": { executed_lines: [1, 2], missing_lines: [4] } },
  });
  const report = await mergeCoverage(
    [{ host: "a", root: "/w", project: "backend", name: "coverage.json", text }],
    {
      read: (file) => (file === "backend/app/views.py" ? "" : undefined),
      goModules: [],
    },
  );
  expect(coverageTotals(report).lines).toEqual({ covered: 2, total: 3 });
});

test("a file of no known format is a problem that is named, and the rest counts", async () => {
  const { root, text } = nodeCoverage(1);
  const report = await mergeCoverage(
    [
      { host: "a", root, project: "", name: "broken.json", text: "{" },
      { host: "a", root, project: "", name: "other.json", text: "[1]" },
      { host: "a", root, project: "", name: "v8.json", text },
    ],
    tree,
  );
  expect(report.problems).toEqual([
    'coverage file "broken.json" of a: is neither JSON nor lcov, Clover or a profile of Go',
    'coverage file "other.json" of a: is of no format that is known',
  ]);
  expect(report.files.size).toBe(1);
});

describe("a path of a host", () => {
  test.each([
    ["/w/src/a.ts", { root: "/w", project: "" }, "src/a.ts"],
    ["/w2/src/a.ts", { root: "/w", project: "" }, undefined],
    ["src/../b.py", { root: "/w", project: "x" }, "x/b.py"],
    ["../../etc/passwd", { root: "/w", project: "x" }, undefined],
    ["c:\\W\\src\\a.ts", { root: "C:\\w", project: "" }, "src/a.ts"],
    ["src\\a.ts", { root: "C:\\w", project: "p" }, "p/src/a.ts"],
  ] as const)("%s is %s's %s", (name, where, expected) => {
    expect(placeInTree(name, where)).toBe(expected);
  });
});
