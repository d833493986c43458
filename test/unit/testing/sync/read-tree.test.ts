import { appendFileSync, chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { readTree, requirePortable, TreeError } from "../../../../src/testing/sync/index.ts";
import { shownPath } from "../../../../src/testing/sync/manifest.ts";
import { gitRepository } from "../../../helpers/testing/git-repository.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

async function pathsOf(folder: string, options = {}): Promise<string[]> {
  const { manifest } = await readTree(folder, options);
  return manifest.entries.map((entry) => shownPath(entry.path));
}

describe("the tree of a git work tree", () => {
  test("holds tracked, changed and new files, and not what git ignores or what was deleted", async () => {
    const { folder } = gitRepository({ "a.js": "1", "gone.js": "2", ".gitignore": "*.log\n" });
    writeFileSync(path.join(folder, "a.js"), "changed");
    writeFileSync(path.join(folder, "new.js"), "new");
    writeFileSync(path.join(folder, "x.log"), "ignored");
    rmSync(path.join(folder, "gone.js"));
    expect(await pathsOf(folder)).toEqual([".gitignore", "a.js", "new.js"]);
  });

  test("has the id of the commit that holds it, before and after the commit", async () => {
    const { folder, git } = gitRepository({ "a.js": "1", "lib/b.js": "2", "lib.js": "3", "lib/c/d.js": "4" });
    const clean = await readTree(folder);
    expect(clean).toMatchObject({
      hash: git("rev-parse", "HEAD^{tree}"),
      dirty: false,
      commit: git("rev-parse", "HEAD"),
    });
    appendFileSync(path.join(folder, "lib/b.js"), "more");
    writeFileSync(path.join(folder, "run.sh"), "#!/bin/sh\n");
    chmodSync(path.join(folder, "run.sh"), 0o755);
    symlinkSync("lib/b.js", path.join(folder, "link"));
    mkdirSync(path.join(folder, "ü"));
    writeFileSync(path.join(folder, "ü/é.js"), "");
    const dirty = await readTree(folder);
    expect(dirty.dirty).toBe(true);
    git("add", "-A");
    git("commit", "-q", "-m", "second");
    expect(dirty.gitTree).toBe(git("rev-parse", "HEAD^{tree}"));
    expect(dirty.hash).toBe(git("rev-parse", "HEAD^{tree}"));
  });

  test("keeps line ends as they lie there, and knows what git would store", async () => {
    const { folder, git } = gitRepository({ ".gitattributes": "*.txt text\n", "a.txt": "one\r\ntwo\r\n" });
    const tree = await readTree(folder);
    expect(tree.manifest.entries.find((entry) => entry.path === "a.txt")?.size).toBe(10);
    expect(tree.gitTree).toBe(git("rev-parse", "HEAD^{tree}"));
    appendFileSync(path.join(folder, "a.txt"), "three\r\n");
    const changed = await readTree(folder);
    git("commit", "-q", "-am", "second");
    expect(changed.gitTree).toBe(git("rev-parse", "HEAD^{tree}"));
  });

  test("knows what git would store by attributes that are new, and in a folder below them", async () => {
    const { folder, git } = gitRepository({ "a.txt": "one\n", "sub/b.txt": "one\n" });
    writeFileSync(path.join(folder, ".gitattributes"), "*.txt text\n");
    for (const name of ["a.txt", "sub/b.txt"]) writeFileSync(path.join(folder, name), "one\r\ntwo\r\n");
    const { gitTree } = await readTree(folder);
    const { gitTree: below } = await readTree(path.join(folder, "sub"));
    git("add", "-A");
    git("commit", "-q", "-m", "next");
    expect([gitTree, below]).toEqual([git("rev-parse", "HEAD^{tree}"), git("rev-parse", "HEAD:sub")]);
  });

  test("sees through assume-unchanged", async () => {
    const { folder, git } = gitRepository({ "a.js": "1" });
    const before = await readTree(folder);
    git("update-index", "--assume-unchanged", "a.js");
    writeFileSync(path.join(folder, "a.js"), "other");
    expect((await readTree(folder)).hash).not.toBe(before.hash);
  });

  test("holds what .caelumignore leaves and what include adds, and neither changes what would be committed", async () => {
    const files = { "a.js": "1", "docs/big.pdf": "2", ".caelumignore": "docs/\n", ".gitignore": ".env*\n" };
    const { folder, git } = gitRepository(files);
    writeFileSync(path.join(folder, ".env.test"), "KEY=1");
    writeFileSync(path.join(folder, ".env.local"), "KEY=2");
    const tree = await readTree(folder, { include: [".env.test"] });
    expect(tree.manifest.entries.map((entry) => entry.path)).toEqual([
      ".caelumignore",
      ".env.test",
      ".gitignore",
      "a.js",
    ]);
    expect(tree).toMatchObject({ gitTree: git("rev-parse", "HEAD^{tree}"), dirty: false });
    expect(tree.included).not.toBe("");
  });

  test("of a folder below the top is that folder's tree", async () => {
    const { folder, git } = gitRepository({ "a.js": "1", "pkg/b.js": "2" });
    expect(await readTree(path.join(folder, "pkg"))).toMatchObject({
      hash: git("rev-parse", "HEAD:pkg"),
      dirty: false,
    });
    expect(await readTree(path.join(folder, "pkg"), { rev: "HEAD" })).toMatchObject({
      hash: git("rev-parse", "HEAD:pkg"),
    });
  });

  test("holds the files of submodules, and says which are missing", async () => {
    const inner = gitRepository({ "in.js": "1" });
    const { folder, git } = gitRepository({ "a.js": "1" });
    git("-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.folder, "vendor/inner");
    git("commit", "-q", "-m", "module");
    const tree = await readTree(folder);
    expect(await pathsOf(folder)).toContain("vendor/inner/in.js");
    expect(tree.gitTree).toBe(git("rev-parse", "HEAD^{tree}"));
    git("submodule", "deinit", "-q", "-f", "--all");
    expect((await readTree(folder)).notes).toEqual([
      'the submodule "vendor/inner" is not checked out; its files are missing',
    ]);
  });

  test("says that a file is only a pointer of Git LFS", async () => {
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n".padEnd(
      130,
      "0",
    );
    // The attribute alone: no filter of that name is set up here.
    const { folder, git } = gitRepository({ "a.bin": pointer, ".gitattributes": "*.bin filter=lfs\n" });
    expect((await readTree(folder)).notes[0]).toMatch(/^a.bin: pointers of Git LFS/);
    git("tag", "here");
    expect((await readTree(folder, { rev: "here" })).notes[0]).toMatch(/^a.bin: pointers of Git LFS/);
  });
});

describe("the tree of a revision", () => {
  test("is what was committed, whatever lies in the folder", async () => {
    const { folder, git } = gitRepository({ "a.js": "1", "lib/b.js": "2" });
    writeFileSync(path.join(folder, "a.js"), "dirty");
    const tree = await readTree(folder, { rev: "HEAD" });
    expect(tree).toMatchObject({ hash: git("rev-parse", "HEAD^{tree}"), dirty: false });
    const contents = await Promise.all(tree.manifest.entries.map((entry) => tree.contents.read(entry)));
    expect(contents.map((bytes) => Buffer.from(bytes ?? []).toString())).toEqual(["1", "2"]);
    tree.contents.close();
  });

  test("that does not exist is an error that names it", async () => {
    const { folder } = gitRepository({ "a.js": "1" });
    await expect(readTree(folder, { rev: "--nope" })).rejects.toThrow(TreeError);
    await expect(readTree(temporaryFolder({ a: "1" }), { rev: "HEAD" })).rejects.toThrow(
      "is no git work tree",
    );
  });
});

describe("the tree of a plain folder", () => {
  test("holds what its ignore files leave and says which installed folders it leaves out", async () => {
    const folder = temporaryFolder({
      "a.py": "1",
      ".gitignore": "*.pyc\n",
      "a.pyc": "2",
      "node_modules/x/index.js": "3",
      "sub/.caelumignore": "data/\n",
      "sub/data/big": "4",
    });
    const tree = await readTree(folder);
    expect(tree.manifest.entries.map((entry) => entry.path)).toEqual([
      ".gitignore",
      "a.py",
      "sub/.caelumignore",
    ]);
    expect(tree.notes).toEqual(["left out: node_modules"]);
  });

  test("is the same from its cache, and sees a change of equal size", async () => {
    const folder = temporaryFolder({ "a.py": "1" });
    const cacheFolder = temporaryFolder();
    const first = await readTree(folder, { cacheFolder });
    expect((await readTree(folder, { cacheFolder })).hash).toBe(first.hash);
    writeFileSync(path.join(folder, "a.py"), "2");
    expect((await readTree(folder, { cacheFolder })).hash).not.toBe(first.hash);
  });
});

const entry = (name: string) => ({ path: name, kind: "file" as const, id: "0".repeat(40), size: 0 });

describe("names that a platform cannot hold", () => {
  test.each([
    ["win32", ["src/aux.c"], "is the name of a device"],
    ["win32", ["a:b"], 'holds ":"'],
    ["win32", ["folder./a"], "ends with a dot"],
    ["win32", ["README", "readme"], "are the same on Windows"],
    ["darwin", ["Docs/a", "docs/b"], '"Docs" and "docs" are the same on macOS'],
    ["darwin", ["\xff"], "is no text"],
  ] as const)("are refused by name on %s: %s", (system, names, message) => {
    expect(() => requirePortable(names.map(entry), [system])).toThrow(message);
    expect(() => requirePortable(names.map(entry), ["linux"])).not.toThrow();
  });
});
