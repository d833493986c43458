import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { cleanEnvironment, projectRoot, runCaelum, startCaelum } from "../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const twisted =
  "def twisted(a, b):\n    if a:\n        for c in b:\n            if c and a:\n                return c\n    return a\n";
const project = {
  "src/twisted.py": twisted,
  "src/plain.py": "from src.twisted import twisted\n\ndef plain():\n    return twisted(1, [])\n",
  "web/page.ts": "export function page(): number {\n  return 1;\n}\n",
};

interface Report {
  complete: boolean;
  summary: { files: number };
  files: { path: string; language: string }[];
}

/** Runs in a folder that holds the project, without a cache of anybody. */
async function analyze(args: readonly string[], more: Readonly<Record<string, string>> = {}, env = {}) {
  const cwd = temporaryFolder({ ...project, ...more });
  return { cwd, ...(await runCaelum(["analyze", ...args], { cwd, env })) };
}

function pathsOf(stdout: string): string[] {
  return (JSON.parse(stdout) as Report).files.map(({ path }) => path).toSorted();
}

describe("caelum analyze", () => {
  test("prints text on stdout, nothing on stderr, and exits with 0", async () => {
    const { stdout, stderr, exitCode } = await analyze([]);
    expect(stdout).toContain("twisted");
    expect(stdout).toMatch(/cognitive/);
    // oxlint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/\u001B/);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  });

  test("colour is for terminals, or for those who ask for it, and --no-color forbids it", async () => {
    // oxlint-disable-next-line no-control-regex
    const coloured = /\u001B\[/;
    expect((await analyze([], {}, { FORCE_COLOR: "1" })).stdout).toMatch(coloured);
    expect((await analyze([], {}, { FORCE_COLOR: "0" })).stdout).not.toMatch(coloured);
    expect((await analyze(["--no-color"], {}, { FORCE_COLOR: "1" })).stdout).not.toMatch(coloured);
    const failed = await analyze(["nope"], {}, { FORCE_COLOR: "1" });
    expect(failed.stderr).toMatch(coloured);
    expect((await analyze(["nope", "--no-color"], {}, { FORCE_COLOR: "1" })).stderr).not.toMatch(coloured);
  });

  test("--format json and --json print the same report and nothing else", async () => {
    const cwd = temporaryFolder(project);
    const [first, second] = await Promise.all([
      runCaelum(["analyze", "--format", "json"], { cwd }),
      runCaelum(["--json", "analyze"], { cwd }),
    ]);
    expect(pathsOf(first.stdout)).toEqual(["src/plain.py", "src/twisted.py", "web/page.ts"]);
    expect(second.stdout).toBe(first.stdout);
  });

  test("the JSON report is as its published schema says", async () => {
    const { stdout } = await analyze(["--json", "--focus", "src/twisted.py", "--max-cognitive", "3"]);
    const schema = readFileSync(path.join(projectRoot, "docs/reference/analysis-report.schema.json"), "utf8");
    const valid = new Ajv().compile(JSON.parse(schema) as object);
    valid(JSON.parse(stdout));
    expect(valid.errors).toBeNull();
  });

  test("--format jsonl prints a JSON object in each line", async () => {
    const { stdout } = await analyze(["--format", "jsonl"]);
    const types = stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types[0]).toBe("summary");
    expect(types.filter((type) => type === "file")).toHaveLength(3);
  });

  test("--output writes the report to a file and prints nothing", async () => {
    const { cwd, stdout, exitCode } = await analyze(["--format", "json", "--output", "report.json"]);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 0 });
    expect(pathsOf(readFileSync(path.join(cwd, "report.json"), "utf8"))).toHaveLength(3);
    expect(readdirSync(cwd).toSorted()).toEqual(["report.json", "src", "web"]);
  });

  test("--report writes further reports beside what is printed", async () => {
    const args = ["--report", "json:a.json", "--report", "text:b:c.txt"];
    const { cwd, stdout } = await analyze(args);
    expect(stdout).toContain("twisted");
    expect(pathsOf(readFileSync(path.join(cwd, "a.json"), "utf8"))).toHaveLength(3);
    expect(readFileSync(path.join(cwd, "b:c.txt"), "utf8")).toContain("twisted");
  });

  test("a path can be a folder or a file, relative to --cwd", async () => {
    const cwd = temporaryFolder(project);
    const folder = await runCaelum(["analyze", "--json", "src", "--cwd", cwd]);
    expect(pathsOf(folder.stdout)).toEqual(["plain.py", "twisted.py"]);
    const file = await runCaelum(["analyze", "--json", "--cwd", cwd, "web/page.ts"]);
    expect(pathsOf(file.stdout)).toEqual(["page.ts"]);
  });

  test.each([
    [
      ["--language", "python"],
      ["src/plain.py", "src/twisted.py"],
    ],
    [["--include", "web/**"], ["web/page.ts"]],
    [["--exclude", "web", "--exclude", "**/plain.py"], ["src/twisted.py"]],
  ])("%j chooses files", async (args, paths) => {
    expect(pathsOf((await analyze(["--json", ...args])).stdout)).toEqual(paths);
  });

  test("--focus says what depends on a file", async () => {
    const { stdout } = await analyze(["--focus", "src/twisted.py"]);
    expect(stdout).toContain("src/plain.py");
  });
});

describe("gates", () => {
  test("a function above the limit is exit code 1, and the text says which", async () => {
    const { stdout, exitCode } = await analyze(["--max-cognitive", "3"]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/failed.*1 function above cognitive 3/);
    expect((await analyze(["--max-cognitive", "50", "--max-cyclomatic", "50"])).exitCode).toBe(0);
  });

  test("where the report goes elsewhere, stderr says why the run failed, unless it is to be quiet", async () => {
    const args = ["--json", "--max-cyclomatic", "2"];
    expect(await analyze(args)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^gate failed: 1 function above cyclomatic 2$/m),
    });
    expect(await analyze([...args, "--quiet"])).toMatchObject({ exitCode: 1, stderr: "" });
  });

  test("limits come from the configuration, and a flag is stronger", async () => {
    const files = { ".caelumrc": "analyze: { maxCognitive: 3, exclude: [web, .caelumrc] }" };
    expect((await analyze([], files)).exitCode).toBe(1);
    expect((await analyze(["--max-cognitive", "50"], files)).exitCode).toBe(0);
    expect((await analyze([], files, { CAELUM_ANALYZE_MAX_COGNITIVE: "50" })).exitCode).toBe(0);
    expect(pathsOf((await analyze(["--json"], files)).stdout)).toEqual(["src/plain.py", "src/twisted.py"]);
  });
});

describe("what cannot be done is said before any work", () => {
  test.each([
    [["nope"], /^error: .*nope.* {2}CAELUM_/],
    [
      ["--workers", "many"],
      /^error: --workers must be a whole number from 1 to 256, got "many" {2}CAELUM_USAGE/,
    ],
    [["--max-file-size", "big"], /^error: --max-file-size must be a size in bytes or with a unit/],
    [["--max-cognitive", "-1"], /^error: --max-cognitive must be a whole number of at least 0/],
    [["--language", "klingon"], /^error: there is no language "klingon" {2}CAELUM_USAGE\n {2}try: .*python/],
    [["--format", "xml"], /^error: .*xml.*text, json, jsonl/],
    [
      ["--report", "xml:x"],
      /^error: --report must be one of text:FILE, json:FILE, jsonl:FILE, .*, got "xml:x"/,
    ],
    [["--report", "json"], /^error: --report must be one of/],
    [["--report", "json:r", "--output", "r"], /^error: two reports would be written to ".*r"/],
    [["--output", "no/such/folder/r"], /^error: folder ".*no\/such\/folder" does not exist/],
    [["--output", "src"], /^error: ".*src" is a folder, not a file/],
    [["a", "b"], /^error: too many arguments/],
    [["--langauge", "go"], /^error: unknown option '--langauge' {2}CAELUM_USAGE\n {2}try: --language/],
  ])("%j", async (args, message) => {
    const { stdout, stderr, exitCode } = await analyze(args);
    expect(stderr).toMatch(message);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
  });
});

describe("caelum cache", () => {
  test("a run fills the cache, --no-cache does not, clear empties it", async () => {
    const cwd = temporaryFolder(project);
    const env = cleanEnvironment();
    const stats = async () =>
      JSON.parse((await runCaelum(["cache", "stats", "--json"], { cwd, env })).stdout) as { entries: number };
    await runCaelum(["analyze", "--no-cache"], { cwd, env });
    expect((await stats()).entries).toBe(0);
    const cold = await runCaelum(["analyze", "--json"], { cwd, env });
    expect((await stats()).entries).toBe(3);
    const warm = await runCaelum(["analyze", "--json"], { cwd, env });
    expect(warm.stdout).toBe(cold.stdout);
    expect(await runCaelum(["cache", "clear"], { cwd, env })).toMatchObject({ exitCode: 0, stderr: "" });
    expect((await stats()).entries).toBe(0);
  });

  test("cache.folder of the configuration is where it is", async () => {
    const cwd = temporaryFolder({ ...project, ".caelumrc": "cache: { folder: kept }" });
    await runCaelum(["analyze"], { cwd });
    expect(existsSync(path.join(cwd, "kept"))).toBe(true);
    expect((await runCaelum(["cache", "stats"], { cwd })).stdout).toContain(path.join(cwd, "kept"));
  });
});

describe("a reader that has had enough", () => {
  test("ends a long report without an error", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`f${index}.py`, twisted.repeat(100)]),
    );
    const running = startCaelum(["analyze", "--format", "json", "--quiet"], { cwd: temporaryFolder(many) });
    running.stdout.once("data", () => running.stdout.destroy());
    const { stderr, exitCode } = await running;
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  });
});
