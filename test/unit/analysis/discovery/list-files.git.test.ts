import { chownSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { Project, skippedOf } from "./project.ts";

test("tracked and untracked files are listed, ignored ones are not", async () => {
  const project = new Project({ "a.ts": "", ".gitignore": "*.log\n", "run.log": "" }).commitAll();
  project.write({ "src/new.ts": "", "src/new.log": "" });
  const list = await project.list();
  expect(list.source).toBe("git");
  expect(list.files.map(({ path }) => path)).toEqual([".gitignore", "a.ts", "src/new.ts"]);
});

test("a tracked file stays although a rule ignores it", async () => {
  const project = new Project({ ".gitignore": "build/\n", "build/keep.ts": "" });
  project.git("init", "-q");
  project.git("add", "-f", "build/keep.ts");
  expect(await project.paths()).toContain("build/keep.ts");
});

test("files deleted but still tracked are dropped without a word", async () => {
  const project = new Project({ "a.ts": "", "b.ts": "" }).commitAll();
  rmSync(path.join(project.root, "a.ts"));
  const list = await project.list();
  expect(list.files.map(({ path }) => path)).toEqual(["b.ts"]);
  expect(list.skipped).toEqual([]);
});

test("a folder inside a work tree is listed with paths relative to it, by the rules above it", async () => {
  const project = new Project({
    ".gitignore": "out/\n",
    ".gitattributes": "/pkg/lib/** linguist-vendored\n*.inc linguist-language=C++\n",
    ".caelumignore": "/pkg/skip.ts\nnotes/\n",
    "pkg/a.ts": "",
    "pkg/skip.ts": "",
    "pkg/b.inc": "",
    "pkg/notes/n.ts": "",
    "pkg/out/x.ts": "",
    "pkg/lib/l.ts": "",
    "other.ts": "",
  }).commitAll();
  const list = await project.list({}, "pkg");
  expect(list.files.map(({ path, language }) => [path, language])).toEqual([
    ["a.ts", "typescript"],
    ["b.inc", "cpp"],
  ]);
  expect(skippedOf(list)).toEqual({ "lib/l.ts": "vendored" });
});

test("a folder that git ignores is walked when it is named", async () => {
  const project = new Project({ ".gitignore": "out/\n", "a.ts": "", "out/x.ts": "" }).commitAll();
  const list = await project.list({}, "out");
  expect(list).toMatchObject({ source: "folders", notice: "git ignores this folder" });
  expect(list.files.map(({ path }) => path)).toEqual(["x.ts"]);
});

test("a worktree and a linked .git file work like a repository", async () => {
  const project = new Project({ "a.ts": "" }).commitAll();
  project.git("worktree", "add", "-q", "-b", "side", "side");
  project.write({ "side/b.ts": "" });
  expect(await project.paths({}, "side")).toEqual(["a.ts", "b.ts"]);
});

test("submodules are named and left out, unless asked for", async () => {
  const inner = new Project({
    "in.ts": "",
    ".gitattributes": "x.ts linguist-generated\n",
    "x.ts": "",
  }).commitAll();
  const project = new Project({ "a.ts": "" }).commitAll();
  project.git("submodule", "add", "-q", inner.root, "sub/mod");

  const without = await project.list();
  expect(without.files.map(({ path }) => path)).toEqual([".gitmodules", "a.ts"]);
  expect(without.skipped).toEqual([{ path: "sub/mod/", reason: "submodule" }]);

  const withThem = await project.list({ submodules: true });
  expect(withThem.files.map(({ path }) => path)).toEqual([
    ".gitmodules",
    "a.ts",
    "sub/mod/.gitattributes",
    "sub/mod/in.ts",
  ]);
  expect(skippedOf(withThem)).toEqual({ "sub/mod/x.ts": "generated" });
});

test("a submodule that is not checked out is named even when asked for", async () => {
  const inner = new Project({ "in.ts": "" }).commitAll();
  const outer = new Project({ "a.ts": "" }).commitAll();
  outer.git("submodule", "add", "-q", inner.root, "mod");
  outer.git("commit", "-q", "-m", "mod");
  const clone = new Project();
  clone.git("clone", "-q", outer.root, "c");
  const list = await clone.list({ submodules: true }, "c");
  expect(list.skipped).toEqual([{ path: "mod/", reason: "submodule", detail: "not checked out" }]);
});

test("an untracked repository inside is named, not entered", async () => {
  const project = new Project({ "a.ts": "" }).commitAll();
  project.write({ "tools/own/x.ts": "" });
  project.git("-C", "tools/own", "init", "-q");
  project.git("-C", "tools/own", "add", "-A");
  project.git("-C", "tools/own", "commit", "-q", "-m", "x");
  const list = await project.list();
  expect(list.files.map(({ path }) => path)).toEqual(["a.ts"]);
  expect(list.skipped).toEqual([{ path: "tools/own/", reason: "nested-repository" }]);
});

test("an unresolved merge lists its file once", async () => {
  const project = new Project({ "a.ts": "1\n" }).commitAll();
  project.git("checkout", "-q", "-b", "other");
  project.write({ "a.ts": "2\n" });
  project.git("commit", "-qam", "2");
  project.git("checkout", "-q", "-");
  project.write({ "a.ts": "3\n" });
  project.git("commit", "-qam", "3");
  expect(() => project.git("merge", "other")).toThrow();
  expect(await project.paths()).toEqual(["a.ts"]);
});

test("nothing is listed through a tracked folder that has become a link", async () => {
  const outside = new Project({ "x.ts": "" });
  const project = new Project({ "a.ts": "", "dir/x.ts": "" }).commitAll();
  renameSync(path.join(project.root, "dir"), path.join(project.root, "moved"));
  symlinkSync(outside.root, path.join(project.root, "dir"));
  const list = await project.list();
  expect(list.files.map(({ path }) => path)).toEqual(["a.ts", "moved/x.ts"]);
  expect(skippedOf(list)).toEqual({ dir: "symlink" });
});

test("names with newlines, quotes, emoji and odd bytes survive", async () => {
  const project = new Project({ "line\nfeed.ts": "", 'quo"te\\.ts': "", "🚀 é.ts": "", "\uE000.ts": "" });
  const odd = Buffer.concat([
    Buffer.from(`${project.root}/caf`),
    Buffer.from([0xe9, 0xff]),
    Buffer.from(".ts"),
  ]);
  writeFileSync(odd, "const x = 1;\n");
  const expected = [String.raw`caf\xe9\xff.ts`, "line\nfeed.ts", 'quo"te\\.ts', "\uE000.ts", "🚀 é.ts"];
  expect(await project.paths()).toEqual(expected);
  project.commitAll();
  const list = await project.list();
  expect(list.source).toBe("git");
  expect(list.files.map(({ path }) => path)).toEqual(expected);
  expect(list.files[0]).toMatchObject({ size: 13, language: "typescript", rawPath: "caf\u00e9\u00ff.ts" });
});

test("a repository that git refuses is walked, and the reason is told", async () => {
  const project = new Project({
    ".gitignore": "*.log\n",
    "a.ts": "",
    "a.log": "",
    "sub/b.ts": "",
  }).commitAll();
  writeFileSync(path.join(project.root, ".git", "HEAD"), "nonsense\n");
  const list = await project.list({}, "sub");
  expect(list.source).toBe("folders");
  expect(list.notice).toMatch(/not a git repository/);
  expect(await project.paths()).toEqual([".gitignore", "a.ts", "sub/b.ts"]);
});

test.runIf(process.getuid?.() === 0)("a repository of another user is walked (as root)", async () => {
  const project = new Project({ ".gitignore": "*.log\n", "a.ts": "", "a.log": "" }).commitAll();
  chownSync(project.root, 65_534, 65_534);
  const configuration = process.env["GIT_CONFIG_GLOBAL"];
  process.env["GIT_CONFIG_GLOBAL"] = "/dev/null";
  try {
    const list = await project.list();
    expect(list).toMatchObject({ source: "folders", notice: expect.stringMatching(/dubious ownership/) });
    expect(list.files.map(({ path }) => path)).toEqual([".gitignore", "a.ts"]);
  } finally {
    if (configuration === undefined) delete process.env["GIT_CONFIG_GLOBAL"];
    else process.env["GIT_CONFIG_GLOBAL"] = configuration;
  }
});

test("variables that a git hook sets do not mislead", async () => {
  const project = new Project({ "a.ts": "" }).commitAll();
  const other = new Project({ "other.ts": "" }).commitAll();
  process.env["GIT_DIR"] = path.join(other.root, ".git");
  process.env["GIT_INDEX_FILE"] = path.join(other.root, ".git", "index");
  try {
    expect(await project.paths()).toEqual(["a.ts"]);
  } finally {
    delete process.env["GIT_DIR"];
    delete process.env["GIT_INDEX_FILE"];
  }
});

test("listing runs no program that the repository's configuration names", async () => {
  const project = new Project({ "a.ts": "" }).commitAll();
  const proof = path.join(project.root, "..", `${path.basename(project.root)}-proof`);
  project.git("config", "core.fsmonitor", `touch ${proof}; false`);
  await project.list();
  expect(() => rmSync(proof)).toThrow("ENOENT");
});
