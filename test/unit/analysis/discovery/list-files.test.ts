import { chmodSync, mkdirSync, symlinkSync, truncateSync } from "node:fs";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { compareByBytes, listFiles } from "../../../../src/analysis/discovery/index.ts";
import { fewLanguages, Project, skippedOf } from "./project.ts";

const isRoot = process.getuid?.() === 0;

test("a plain folder is walked by its .gitignore files, nested and negated", async () => {
  const project = new Project({
    ".gitignore": "*.log\nbuild/\n/top.ts\n!keep.log\nlib/*\n!lib/own\n",
    "keep.log": "",
    "x.log": "",
    "top.ts": "",
    "sub/top.ts": "",
    "build/x.ts": "",
    "lib/foreign/x.ts": "",
    "lib/own/x.ts": "",
    "sub/.gitignore": "!build/\n*.tmp\n",
    "sub/build/x.ts": "",
    "sub/deep/a.tmp": "",
    "__pycache__/x.py": "",
  });
  expect(await project.paths()).toEqual([
    ".gitignore",
    "keep.log",
    "lib/own/x.ts",
    "sub/.gitignore",
    "sub/build/x.ts",
    "sub/top.ts",
  ]);
});

test("what a walk lists is what git lists", async () => {
  const project = new Project({
    ".gitignore": "/a\nb/\n*.c\n!x.c\n**/deep/*.js\nfoo/**/bar\n[ab].py\n\\#hash\n  \ntrail \n",
    "a/x.ts": "",
    "n/a/x.ts": "",
    "n/b/x.ts": "",
    "n/x.c": "",
    "n/y.c": "",
    "deep/z.js": "",
    "n/deep/z.js": "",
    "n/deep/er/z.js": "",
    "foo/bar": "",
    "foo/1/2/bar": "",
    "a.py": "",
    "c.py": "",
    "#hash": "",
    trail: "",
    "n/.gitignore": "!b\n!y.c\n",
  });
  const walked = await project.paths();
  project.git("init", "-q");
  const list = await project.list();
  expect(list.source).toBe("git");
  expect(walked).toEqual(list.files.map((file) => file.path));
});

test(".caelumignore holds in repositories too, nested, and even where it is ignored itself", async () => {
  const project = new Project({
    ".gitignore": ".caelumignore\n",
    ".caelumignore": "old/\n*.gen.ts\n",
    "sub/.caelumignore": "!a.gen.ts\n",
    "old/x.ts": "",
    "a.gen.ts": "",
    "sub/a.gen.ts": "",
    "sub/b.gen.ts": "",
    "b.ts": "",
  });
  const expected = [".gitignore", "b.ts", "sub/a.gen.ts"];
  expect(await project.paths()).toEqual(expected);
  project.git("init", "-q");
  expect(await project.paths()).toEqual(expected);
});

test("links are never followed; each is named with where it leads", async () => {
  const outside = new Project({ "secret.ts": "" });
  const project = new Project({ "a.ts": "", "dir/b.ts": "" });
  const link = (target: string, name: string): void => symlinkSync(target, path.join(project.root, name));
  link("a.ts", "inside.ts");
  link(outside.root, "outside");
  link(path.join(outside.root, "secret.ts"), "secret.ts");
  link("nowhere", "broken");
  link("loop2", "loop1");
  link("loop1", "loop2");
  link("..", "dir/up");
  for (const inGit of [false, true]) {
    if (inGit) project.commitAll();
    const list = await project.list();
    expect(list.files.map((file) => file.path)).toEqual(["a.ts", "dir/b.ts"]);
    expect(list.skipped.map(({ path, reason, detail }) => [path, reason, detail])).toEqual([
      ["broken", "symlink", "broken link"],
      ["dir/up", "symlink", "link to inside"],
      ["inside.ts", "symlink", "link to inside"],
      ["loop1", "symlink", "link in a loop"],
      ["loop2", "symlink", "link in a loop"],
      ["outside", "symlink", "link to outside"],
      ["secret.ts", "symlink", "link to outside"],
    ]);
  }
});

test("a link as root is the folder it leads to", async () => {
  const project = new Project({ "real/a.ts": "" }).commitAll();
  symlinkSync("real", path.join(project.root, "alias"));
  expect(await project.paths({}, "alias")).toEqual(["a.ts"]);
});

test.skipIf(isRoot)(
  "unreadable files and folders are counted (not as root, who may read everything)",
  async () => {
    const project = new Project({ "a.ts": "", "secret.ts": "", "closed/x.ts": "" }).commitAll();
    project.write({ "shut/y.ts": "" });
    chmodSync(path.join(project.root, "shut"), 0);
    chmodSync(path.join(project.root, "secret.ts"), 0);
    chmodSync(path.join(project.root, "closed"), 0);
    try {
      const inGit = await project.list();
      expect(inGit.files.map((file) => file.path)).toEqual(["a.ts"]);
      expect(skippedOf(inGit)).toEqual({
        "closed/": "unreadable",
        "closed/x.ts": "unreadable",
        "secret.ts": "unreadable",
        "shut/": "unreadable",
      });
      execFileSync("rm", ["-rf", path.join(project.root, ".git")]);
      const walked = await project.list();
      expect(skippedOf(walked)).toEqual({
        "closed/": "unreadable",
        "secret.ts": "unreadable",
        "shut/": "unreadable",
      });
      await expect(project.list({}, "closed")).rejects.toMatchObject({ code: "CAELUM_ROOT_NOT_READABLE" });
    } finally {
      chmodSync(path.join(project.root, "closed"), 0o755);
      chmodSync(path.join(project.root, "shut"), 0o755);
    }
  },
);

test.runIf(isRoot)("SKIPPED AS ROOT: unreadable files and folders; run the tests as an ordinary user", () => {
  expect(isRoot).toBe(true);
});

test("pipes are named, not opened", async () => {
  const project = new Project({ "a.ts": "" });
  execFileSync("mkfifo", [path.join(project.root, "pipe")]);
  const list = await project.list();
  expect(list.files.map((file) => file.path)).toEqual(["a.ts"]);
  expect(skippedOf(list)).toEqual({ pipe: "special" });
});

test("the size cap is stated and can be overridden", async () => {
  const project = new Project({ "big.ts": "" });
  truncateSync(path.join(project.root, "big.ts"), 2_000_001);
  const list = await project.list();
  expect(list.skipped).toEqual([{ path: "big.ts", reason: "too-large", detail: "2,000,001 bytes" }]);
  expect(await project.paths({ maxFileSize: 3_000_000 })).toEqual(["big.ts"]);
});

test("vendored folders are one entry with the number of their files; what package managers fill is entered in git only", async () => {
  const project = new Project({
    "a.ts": "",
    "vendor/x/1.go": "",
    "vendor/2.go": "",
    "sub/third_party/node_modules/x.js": "",
  });
  const walked = await project.list();
  expect(walked.files.map((file) => file.path)).toEqual(["a.ts"]);
  expect(walked.skipped).toEqual([
    { path: "sub/third_party/node_modules/", reason: "vendored" },
    { path: "vendor/", reason: "vendored", files: 2 },
  ]);
  const tracked = await project.commitAll().list();
  expect(tracked.skipped).toEqual([
    { path: "sub/third_party/", reason: "vendored", files: 1 },
    { path: "vendor/", reason: "vendored", files: 2 },
  ]);
});

test("what is left out and may be text is listed to be searched, when that is asked for", async () => {
  const project = new Project({
    "a.ts": "",
    "big.sql": "",
    "vendor/logo.png": "x",
    "vendor/2.go": "12",
    "third_party/node_modules/x.js": "",
    "dist/a.js": "1",
    "package.json": "{}",
    "yarn.lock": "123",
    "old.c": "",
    "a.min.js": "1",
    ".gitattributes": "old.c linguist-documentation\n",
  });
  truncateSync(path.join(project.root, "big.sql"), 12_000_000);
  symlinkSync("../a.ts", path.join(project.root, "vendor/link.ts"));
  const searchable = [
    { path: "a.min.js", size: 1, language: "javascript", leftOut: "minified" },
    { path: "big.sql", size: 12_000_000, language: "sql", leftOut: "too-large" },
    { path: "dist/a.js", size: 1, language: "javascript", leftOut: "generated" },
    expect.objectContaining({ path: "old.c", leftOut: "documentation" }) as unknown,
    { path: "vendor/2.go", size: 2, language: "go", leftOut: "vendored" },
    expect.objectContaining({ path: "yarn.lock", leftOut: "generated" }) as unknown,
  ];
  const walked = await project.list({ searchable: true });
  expect(walked.searchable).toEqual(searchable);
  const asUsual = await project.list();
  expect(asUsual.searchable).toEqual([]);
  expect({ ...walked, searchable: [] }).toEqual(asUsual);
  const tracked = await project.commitAll().list({ searchable: true, exclude: ["third_party"] });
  expect(tracked.searchable).toEqual(searchable);
});

test("a dist folder is built output beside package.json only", async () => {
  const project = new Project({ "package.json": "{}", "dist/a.js": "", "py/dist/b.py": "" });
  const list = await project.list();
  expect(list.files.map((file) => file.path)).toEqual(["package.json", "py/dist/b.py"]);
  expect(skippedOf(list)).toEqual({ "dist/": "generated" });
});

test("lock files, protobuf output, source maps, minified and binary names need no look inside", async () => {
  const names = { "package-lock.json": "generated", "api.pb.go": "generated", "a_pb2.py": "generated" };
  const more = { "x.min.js": "minified", "app.js.map": "generated", "logo.PNG": "binary" };
  const expected = { ...names, ...more };
  const project = new Project(Object.fromEntries(Object.keys(expected).map((name) => [name, "x"])));
  expect(skippedOf(await project.list())).toEqual(expected);
});

test.each([false, true])("linguist attributes hold, nested ones last (in git: %s)", async (inGit) => {
  const project = new Project({
    ".gitattributes": [
      "vendor/own/** -linguist-vendored",
      "lib/** linguist-vendored",
      "*.x linguist-language=Python",
      "docs/** linguist-documentation",
      "gen/*.ts linguist-generated=true",
      "yarn.lock linguist-generated=false",
      '"with space.ts" linguist-generated',
      "[attr]mine linguist-vendored",
      "# comment linguist-vendored",
      "*.ts text eol=lf",
    ].join("\n"),
    "lib/.gitattributes": "mine.ts linguist-vendored=false\ntold.ts !linguist-vendored\n",
    "lib/a.ts": "",
    "lib/mine.ts": "",
    "lib/told.ts": "",
    "vendor/own/a.ts": "",
    "vendor/other/a.ts": "",
    "a.x": "",
    "docs/a.ts": "",
    "gen/a.ts": "",
    "gen/sub/a.ts": "",
    "yarn.lock": "",
    "with space.ts": "",
    "mine/a.ts": "",
  });
  if (inGit) project.commitAll();
  const list = await project.list();
  const files = list.files.filter(({ path }) => !path.endsWith(".gitattributes"));
  expect(files.map(({ path, language }) => [path, language])).toEqual([
    ["a.x", "python"],
    ["gen/sub/a.ts", "typescript"],
    ["lib/mine.ts", "typescript"],
    ["lib/told.ts", "typescript"],
    ["mine/a.ts", "typescript"],
    ["vendor/own/a.ts", "typescript"],
    ["yarn.lock", undefined],
  ]);
  expect(files.at(-1)?.override).toEqual({ generated: false });
  expect(skippedOf(list)).toEqual({
    "docs/a.ts": "documentation",
    "gen/a.ts": "generated",
    "lib/.gitattributes": "vendored",
    "lib/a.ts": "vendored",
    "vendor/": "vendored",
    "with space.ts": "generated",
  });
});

async function headerLanguage(files: string[], attributes = ""): Promise<string | undefined> {
  const contents = Object.fromEntries(files.map((name) => [name, ""]));
  const project = new Project({ ...contents, "x.h": "", ".gitattributes": attributes });
  return (await project.list()).files.find(({ path }) => path === "x.h")?.language;
}

test("headers are C++ where C++ prevails", async () => {
  expect(await headerLanguage(["a.c"])).toBe("c");
  expect(await headerLanguage(["a.cpp", "b.c"])).toBe("c");
  expect(await headerLanguage(["a.cpp", "b.hpp", "c.c"])).toBe("cpp");
  expect(await headerLanguage(["a.c"], "*.h linguist-language=C++")).toBe("cpp");
});

test("include, exclude and languages narrow the list without counting what they drop", async () => {
  const project = new Project({
    "src/a.ts": "",
    "src/a.test.ts": "",
    "src/gen/b.ts": "",
    "tools/c.py": "",
    "tools/run": "",
    "node_modules/x.js": "",
  });
  expect(await project.paths({ include: ["*.ts"] })).toEqual(["src/a.test.ts", "src/a.ts", "src/gen/b.ts"]);
  expect(await project.paths({ include: ["src"], exclude: ["*.test.ts", "src/gen/"] })).toEqual(["src/a.ts"]);
  expect(await project.paths({ include: ["./tools/*"] })).toEqual(["tools/c.py", "tools/run"]);
  // `run` may be Python by its `#!` line; TypeScript has none.
  expect(await project.paths({ only: ["python"] })).toEqual(["tools/c.py", "tools/run"]);
  const list = await project.list({ only: ["typescript"], exclude: ["node_modules"] });
  expect(list.files).toHaveLength(3);
  expect(list.skipped).toEqual([]);
});

test("a single file is listed whatever its name or folder say", async () => {
  const project = new Project({ "node_modules/x.min.js": "let a" });
  const list = await project.list({}, "node_modules/x.min.js");
  expect(list).toEqual({
    root: path.join(project.root, "node_modules"),
    files: [{ path: "x.min.js", size: 5, language: "javascript" }],
    skipped: [],
    searchable: [],
    source: "file",
  });
});

test("a single file may be named by a link", async () => {
  const project = new Project({ "real/a.ts": "let a" });
  symlinkSync("real/a.ts", path.join(project.root, "link.js"));
  const list = await project.list({}, "link.js");
  expect(list).toMatchObject({ root: path.join(project.root, "real"), files: [{ path: "a.ts" }] });
});

test("a path that does not exist is a usage error", async () => {
  const project = new Project();
  const missing = listFiles(path.join(project.root, "no"), { languages: fewLanguages });
  await expect(missing).rejects.toMatchObject({ code: "CAELUM_ROOT_NOT_READABLE", exitCode: 2 });
});

test("an empty folder is an empty list", async () => {
  const project = new Project();
  expect(await project.list()).toMatchObject({ files: [], skipped: [], source: "folders" });
});

test("an aborted signal stops the listing", async () => {
  const project = new Project({ "a.ts": "" }).commitAll();
  const options = { languages: fewLanguages };
  const aborted = listFiles(project.root, options, AbortSignal.abort());
  await expect(aborted).rejects.toMatchObject({ code: "CAELUM_CANCELLED" });
  const controller = new AbortController();
  const running = listFiles(project.root, options, controller.signal);
  controller.abort();
  await expect(running).rejects.toMatchObject({ code: "CAELUM_CANCELLED" });
});

test("500 folders inside each other are walked", async () => {
  const project = new Project();
  mkdirSync(path.join(project.root, ...Array.from({ length: 500 }, () => "d")), { recursive: true });
  expect(await project.paths()).toEqual([]);
});

test("the order is that of the bytes", () => {
  const names = ["a/b", "a.b", "B", "\uE000", "😀", "é", "a"];
  const byBytes = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect([...names].sort(compareByBytes)).toEqual(byBytes);
});
