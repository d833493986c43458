import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { caelumBin, cleanEnvironment, runCaelum } from "../../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

interface Report {
  complete: boolean;
  files: {
    path: string;
    language: string;
    lines: { code: number };
    parse: { errorBytes: number };
    functions: { name: string }[];
  }[];
  skipped: { path: string; reason: string }[];
}

const good = "def good():\n    return 1\n";
const branching = "def twisted(a):\n    if a:\n        return 1\n";

/** Analyses a folder that also holds a good file, and sees that this one came through. */
async function analyze(
  cwd: string,
  args: readonly string[] = [],
): Promise<Report & { exitCode: number | undefined }> {
  writeFileSync(path.join(cwd, "good.py"), good);
  const { stdout, exitCode } = await runCaelum(["analyze", "--json", "--quiet", ...args], { cwd });
  const report = JSON.parse(stdout) as Report;
  expect(report.files.find(({ path }) => path === "good.py")?.functions.map(({ name }) => name)).toEqual([
    "good",
  ]);
  return { ...report, exitCode };
}

function reasons(report: Report): Record<string, string> {
  return Object.fromEntries(report.skipped.map(({ path, reason }) => [path, reason]));
}

/** Through a shell, for what only a shell can do to a stream. */
async function runInShell(cwd: string, command: string) {
  const { stderr, exitCode } = await execa(
    "sh",
    ["-c", `"$0" "$1" ${command}`, process.execPath, caelumBin],
    {
      cwd,
      env: cleanEnvironment(),
      reject: false,
    },
  );
  return { stderr, exitCode };
}

describe("files that are not what one hopes for", () => {
  test("empty files are files without lines", async () => {
    const report = await analyze(temporaryFolder({ "empty.js": "", "empty.c": "", "blank.go": "\n\n" }));
    expect(report.exitCode).toBe(0);
    expect(report.files.map(({ path, lines }) => [path, lines.code])).toEqual([
      ["blank.go", 0],
      ["empty.c", 0],
      ["empty.js", 0],
      ["good.py", 2],
    ]);
  });

  test("binary content and NULs under a source file's name are counted, not measured", async () => {
    const cwd = temporaryFolder();
    writeFileSync(path.join(cwd, "binary.py"), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]));
    writeFileSync(path.join(cwd, "late.py"), `${"# comment\n".repeat(2000)}def late():\n    pass  # \0\n`);
    const report = await analyze(cwd);
    expect(report.exitCode).toBe(0);
    expect(reasons(report)).toEqual({ "binary.py": "binary" });
    // As git has it: a NUL far behind does not make it binary, and the parser lives with it.
    expect(report.files.find(({ path }) => path === "late.py")?.functions[0]?.name).toBe("late");
  });

  test("invalid UTF-8 and UTF-16 with a mark are read", async () => {
    const cwd = temporaryFolder();
    writeFileSync(
      path.join(cwd, "latin.py"),
      Buffer.concat([Buffer.from("def f():\n    return '"), Buffer.from([0xe9, 0xff]), Buffer.from("'\n")]),
    );
    writeFileSync(
      path.join(cwd, "wide.js"),
      Buffer.from("\uFEFFfunction wide(é) {\n  return é;\n}\n", "utf16le"),
    );
    const report = await analyze(cwd);
    const names = Object.fromEntries(
      report.files.map(({ path, functions }) => [path, functions.map(({ name }) => name)]),
    );
    expect(names).toEqual({ "good.py": ["good"], "latin.py": ["f"], "wide.js": ["wide"] });
    expect(report.exitCode).toBe(0);
  });

  test("a 10 MB line is above the size cap, and is measured when the cap is lifted", async () => {
    const cwd = temporaryFolder({ "long.py": `x = [${"1,".repeat(500_000)} "${"y".repeat(9_000_000)}"]\n` });
    const capped = await analyze(cwd);
    expect(reasons(capped)).toEqual({ "long.py": "too-large" });
    expect(capped.exitCode).toBe(0);
    const whole = await analyze(cwd, ["--max-file-size", "20MB"]);
    expect(whole.files.find(({ path }) => path === "long.py")?.lines.code).toBe(1);
    expect(whole.exitCode).toBe(0);
  });

  test("100,000 brackets inside each other are measured", async () => {
    const depth = 100_000;
    const cwd = temporaryFolder({
      "deep.js": `${"[\n".repeat(depth)}${"]".repeat(20)}${"\n]".repeat(depth - 20)};\nfunction after() {}\n`,
    });
    const report = await analyze(cwd, ["--max-file-size", "20MB"]);
    expect(report.files.find(({ path }) => path === "deep.js")?.functions.map(({ name }) => name)).toEqual([
      "after",
    ]);
    expect(report.exitCode).toBe(0);
  });

  test("deeply nested functions and conditions are measured", async () => {
    const depth = 2000;
    const text = `${"function f() {\nif (a) {\n".repeat(depth)}${"}\n}\n".repeat(depth)}`;
    const report = await analyze(temporaryFolder({ "deep.js": text }));
    expect(report.files.find(({ path }) => path === "deep.js")?.functions).toHaveLength(depth);
  });

  test("garbage in a source file is an error in it, not in caelum", async () => {
    const garbage = Array.from({ length: 5000 }, (_, index) =>
      String.fromCharCode(33 + ((index * 7919) % 90)),
    )
      .join("")
      .replace(/.{60}/g, "$&\n");
    const names = [
      "a.py",
      "a.js",
      "a.ts",
      "a.tsx",
      "a.go",
      "a.rs",
      "a.java",
      "a.c",
      "a.cpp",
      "a.cs",
      "a.rb",
      "a.php",
      "a.sh",
    ];
    const report = await analyze(temporaryFolder(Object.fromEntries(names.map((name) => [name, garbage]))));
    expect(report.files).toHaveLength(names.length + 1);
    expect(report.exitCode).toBe(0);
  });

  test("links that lead in a circle are named and not followed", async () => {
    const cwd = temporaryFolder();
    mkdirSync(path.join(cwd, "folder"));
    symlinkSync("..", path.join(cwd, "folder/up"));
    symlinkSync("self", path.join(cwd, "self"));
    const report = await analyze(cwd);
    expect(reasons(report)).toEqual({ "folder/up": "symlink", self: "symlink" });
    expect(report.exitCode).toBe(0);
  });

  test("names with line feeds, control characters and emoji are escaped where people read them and exact in JSON", async () => {
    const names = ["new\nline.py", "esc\u001B[31m.py", "🦊.py"];
    const cwd = temporaryFolder(Object.fromEntries(names.map((name) => [name, branching])));
    const report = await analyze(cwd);
    expect(report.files.map(({ path }) => path).toSorted()).toEqual([...names, "good.py"].toSorted());
    const { stdout } = await runCaelum(["analyze", "--verbose"], { cwd });
    expect(stdout).toContain(String.raw`new\x0aline.py`);
    expect(stdout).not.toContain("\u001B");
    expect(stdout).toContain("🦊.py");
  });

  // Root may read everything, so it lends itself to somebody who may not.
  test("what may not be read is counted, named, and makes the result incomplete", async () => {
    const cwd = temporaryFolder({ "secret.py": good, "closed/inside.py": good, "good.py": good });
    chmodSync(path.join(cwd, "secret.py"), 0);
    chmodSync(path.join(cwd, "closed"), 0);
    chmodSync(cwd, 0o755);
    const nobody =
      process.getuid?.() === 0 ? { uid: 65_534, env: { HOME: "/nonexistent", CAELUM_CACHE_DIR: cwd } } : {};
    const { stdout, exitCode } = await runCaelum(["analyze", "--json", "--no-cache"], { cwd, ...nobody });
    chmodSync(path.join(cwd, "closed"), 0o700);
    const report = JSON.parse(stdout) as Report;
    expect(reasons(report)).toEqual({ "closed/": "unreadable", "secret.py": "unreadable" });
    expect(report.files.map((file) => file.path)).toEqual(["good.py"]);
    expect({ complete: report.complete, exitCode }).toEqual({ complete: false, exitCode: 5 });
  });

  test("a path that does not exist is a usage error that names it", async () => {
    const { stdout, stderr, exitCode } = await runCaelum(["analyze", "no/such/folder"]);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    expect(stderr).toMatch(/no\/such\/folder/);
  });

  test("an unknown language is a usage error with a suggestion", async () => {
    const { stderr, exitCode } = await runCaelum(["analyze", "--language", "pyhton"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/pyhton[\s\S]*python/);
  });
});

test.skipIf(process.platform === "win32")(
  "a full disk behind the output is said so, not called a defect",
  async () => {
    const cwd = temporaryFolder({ "a.py": good });
    const { stderr, exitCode } = await runInShell(cwd, "analyze --json > /dev/full");
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/CAELUM_OUTPUT[\s\S]*ENOSPC/);
  },
);

test("a configuration that never finishes loading does not let a gate pass", async () => {
  const cwd = temporaryFolder({ "caelum.config.mjs": "await new Promise(() => {});\n", "a.py": branching });
  const { stdout, stderr, exitCode } = await runCaelum(["analyze", "--max-cyclomatic", "1"], { cwd });
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 5 });
  expect(stderr).toContain("CAELUM_UNFINISHED");
});

test("a cache folder that cannot be is an error that names it, and one that is not there is empty", async () => {
  const folder = temporaryFolder({ file: "" });
  const bad = await runCaelum(["cache", "clear"], { env: { CAELUM_CACHE_DIR: path.join(folder, "file") } });
  expect(bad.exitCode).toBe(2);
  expect(bad.stderr).toMatch(/CAELUM_CACHE/);
  const none = await runCaelum(["cache", "stats", "--json"], {
    env: { CAELUM_CACHE_DIR: path.join(folder, "none") },
  });
  expect(JSON.parse(none.stdout)).toMatchObject({ entries: 0 });
});

test.skipIf(process.platform !== "linux")(
  "a cache folder where making folders never ends costs the cache alone",
  async () => {
    const cwd = temporaryFolder({ "a.py": good });
    const { stdout, exitCode } = await runCaelum(["analyze"], {
      cwd,
      env: { CAELUM_CACHE_DIR: "/proc/none/below" },
    });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("1 file");
  },
);

test("languages may be asked for by name", async () => {
  const cwd = temporaryFolder({ "a.cpp": "int f() { return 1; }\n", "a.cs": "class A {}\n", "a.py": good });
  const { stdout } = await runCaelum(["analyze", "--json", "--language", "C++,c#"], { cwd });
  expect((JSON.parse(stdout) as Report).files.map(({ language }) => language)).toEqual(["cpp", "csharp"]);
});

test("recursion counts in a function's own complexity, too", async () => {
  const cwd = temporaryFolder({ "a.js": "function f(n) {\n  if (n) return f(n - 1);\n}\n" });
  const { stdout } = await runCaelum(["analyze", "--json"], { cwd });
  expect(JSON.parse(stdout)).toMatchObject({ files: [{ functions: [{ cognitive: 2, ownCognitive: 2 }] }] });
});

test("a program that writes a marker of generated code is not generated itself", async () => {
  const program =
    "class Dumper\n  def header\n    <<~HEAD\n      # This file is auto-generated by hand.\n    HEAD\n  end\nend\n";
  const cwd = temporaryFolder({
    "dumper.rb": program,
    "real.go": "/*\n Copyright\n*/\n\n// Code generated by stringer. DO NOT EDIT.\n\npackage x\n",
    "late.go": "package x\n\n// Code generated by stringer. DO NOT EDIT.\n",
  });
  const report = await analyze(cwd);
  expect(reasons(report)).toEqual({ "late.go": "generated", "real.go": "generated" });
});

test("a broken package.json costs the imports that need it and nothing else", async () => {
  const cwd = temporaryFolder({
    "package.json": '{ "name": "x", "imports": { "#a": ',
    "a.js": "import './b.js';\nimport '#a';\n",
    "b.js": "export const b = 1;\n",
  });
  const { stdout, exitCode } = await runCaelum(["analyze", "--json"], { cwd });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ graph: { edges: [{ from: "a.js", to: "b.js" }] } });
  expect(readFileSync(path.join(cwd, "package.json"), "utf8")).toContain("#a");
});
