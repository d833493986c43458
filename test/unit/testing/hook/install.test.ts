import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { hookStatus, installHook, uninstallHook } from "../../../../src/testing/hook/index.ts";
import { withBlock, withoutBlock } from "../../../../src/testing/hook/install/shell-block.ts";
import { hasProgram } from "../../../helpers/has-program.ts";
import { projectRoot } from "../../../helpers/run-caelum.ts";
import { gitRepository, type GitRepository } from "../../../helpers/testing/git-repository.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

/** Where `test/fixtures/hook-managers` was installed; `.ci/run` does that. */
const hookManagers = process.env["CAELUM_HOOK_MANAGERS"] ?? "";

/** All of a folder's files but git's own data: path → bytes and mode. */
function filesOf(folder: string, below = ""): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(path.join(folder, below), { withFileTypes: true })) {
    const name = path.posix.join(below, entry.name);
    if (name === "node_modules" || /^\.git\/(?!hooks|config|caelum)/.test(name)) continue;
    const at = path.join(folder, name);
    if (entry.isDirectory()) Object.assign(files, filesOf(folder, name));
    else files[name] = `${(statSync(at).mode & 0o777).toString(8)} ${readFileSync(at, "latin1")}`;
  }
  return files;
}

/** A stand-in on the path that tells what it was started with; the hook itself is tested elsewhere. */
function recorder(): { bin: string; calls: () => string[] } {
  const bin = temporaryFolder();
  const log = path.join(bin, "log");
  writeFileSync(
    path.join(bin, "caelum"),
    `#!/bin/sh\n{ printf '%s|' "$@"; printf '%s' "$PRE_COMMIT_LOCAL_BRANCH"; cat; echo; } | tr '\\n' ' ' >> ${log}\necho >> ${log}\nexit \${CAELUM_TEST_EXIT-0}\n`,
    { mode: 0o755 },
  );
  return { bin, calls: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []) };
}

function push(
  { folder }: GitRepository,
  bin: string,
  env: Record<string, string> = {},
  ...args: string[]
): string {
  const bare = temporaryFolder();
  execFileSync("git", ["init", "-q", "--bare", bare]);
  const all: NodeJS.ProcessEnv = { ...process.env, PATH: `${bin}:${process.env["PATH"]}`, ...env };
  for (const name of Object.keys(all)) if (name.startsWith("GIT_")) delete all[name];
  execFileSync("git", ["push", "-q", ...args, bare, "HEAD:refs/heads/main"], {
    cwd: folder,
    env: all,
    stdio: "pipe",
  });
  return bare;
}

/** Links a package of ours into a repository's node_modules, with its commands. */
function withPackage(folder: string, name: string, installed = projectRoot): boolean {
  const source = path.join(installed, "node_modules", name);
  if (!existsSync(source)) return false;
  mkdirSync(path.join(folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(source, path.join(folder, "node_modules", name));
  symlinkSync(path.join(installed, "node_modules/.bin", name), path.join(folder, "node_modules/.bin", name));
  return true;
}

/** Installs, pushes with and against it, uninstalls; what was there before is there again, byte by byte. */
async function wholeWay(repository: GitRepository, way: string): Promise<string[]> {
  const { folder, git } = repository;
  const before = filesOf(folder);
  const { bin, calls } = recorder();
  expect(await hookStatus(folder)).toMatchObject({ installed: false });
  expect(await installHook(folder)).toMatchObject({ way, notes: [] });
  expect(await hookStatus(folder)).toMatchObject({ installed: true, way, problems: [] });
  await expect(installHook(folder)).rejects.toThrow("installed already");

  push(repository, bin);
  expect(calls()).toHaveLength(1);
  expect(calls()[0]).toContain("hook|run|");
  // pre-commit reads what git tells by itself.
  expect(calls()[0]).toContain(way === "pre-commit" ? "HEAD" : git("rev-parse", "HEAD"));
  expect(() => push(repository, bin, { CAELUM_TEST_EXIT: "1" })).toThrow();
  const asked = calls().length;
  push(repository, bin, { CAELUM_TEST_EXIT: "1" }, "--no-verify");
  expect(calls()).toHaveLength(asked);

  expect(await uninstallHook(folder)).toMatchObject({ edited: [], left: [] });
  expect(filesOf(folder)).toEqual(before);
  await expect(uninstallHook(folder)).rejects.toThrow("no hook of caelum");
  return calls();
}

describe("the hook stands beside what keeps hooks already", () => {
  test("in a repository without hooks", async () => {
    const calls = await wholeWay(gitRepository({ a: "1" }), "git");
    expect(calls[0]).toMatch(/^hook\|run\|\S+\|\S+\|HEAD [0-9a-f]{40} refs\/heads\/main 0{40}/);
  });

  test("with a hook that reads what git tells, too", async () => {
    const repository = gitRepository({ a: "1" });
    const file = path.join(repository.folder, ".git/hooks/pre-push");
    writeFileSync(file, '#!/bin/bash\nset -e\ncat > "$(git rev-parse --git-dir)/theirs"\n', { mode: 0o755 });
    await wholeWay(repository, "git");
    expect(readFileSync(path.join(repository.folder, ".git/theirs"), "utf8")).toMatch(
      /refs\/heads\/main 0{40}\n$/,
    );
  });

  test("not in a hook that no shell reads", async () => {
    const repository = gitRepository({ a: "1" });
    const file = path.join(repository.folder, ".git/hooks/pre-push");
    writeFileSync(file, "#!/usr/bin/env python3\n", { mode: 0o755 });
    const before = filesOf(repository.folder);
    await expect(installHook(repository.folder)).rejects.toThrow("is no shell script");
    expect(filesOf(repository.folder)).toEqual(before);
  });

  test("in the folder of core.hooksPath", async () => {
    const repository = gitRepository({ a: "1", "hooks/pre-push": "#!/bin/sh\nexit 0\n" });
    chmodSync(path.join(repository.folder, "hooks/pre-push"), 0o755);
    repository.git("config", "core.hooksPath", "hooks");
    await wholeWay(repository, "core.hooksPath");
  });

  test("not in a folder that is shared with other repositories", async () => {
    const repository = gitRepository({ a: "1" });
    repository.git("config", "core.hooksPath", temporaryFolder());
    await expect(installHook(repository.folder)).rejects.toThrow("outside of this repository");
  });

  test("with husky", async ({ skip }) => {
    const repository = gitRepository({
      a: "1",
      ".husky/pre-commit": "true\n",
      "package.json": "{}",
      ".gitignore": "node_modules\n",
    });
    if (!withPackage(repository.folder, "husky")) skip();
    execFileSync(path.join(repository.folder, "node_modules/.bin/husky"), { cwd: repository.folder });
    await wholeWay(repository, "husky");
  });

  test("with lefthook, whose other commands run as before", async ({ skip }) => {
    const yaml = "# ours\npre-push:\n  commands:\n    mine:\n      run: touch .git/mine\n";
    const repository = gitRepository({
      a: "1",
      "lefthook.yml": yaml,
      ".gitignore": "node_modules\n",
      "package.json": "{}",
    });
    if (!withPackage(repository.folder, "lefthook", hookManagers))
      skip("CAELUM_HOOK_MANAGERS does not name an installation of test/fixtures/hook-managers");
    execFileSync(path.join(repository.folder, "node_modules/.bin/lefthook"), ["install"], {
      cwd: repository.folder,
      stdio: "ignore",
    });
    await wholeWay(repository, "lefthook");
    expect(existsSync(path.join(repository.folder, ".git/mine"))).toBe(true);
  });

  test("with simple-git-hooks, before the command that is there", async ({ skip }) => {
    const json = '{\n  "name": "it",\n  "simple-git-hooks": {\n    "pre-push": "touch .git/mine"\n  }\n}\n';
    const repository = gitRepository({ a: "1", "package.json": json, ".gitignore": "node_modules\n" });
    if (!withPackage(repository.folder, "simple-git-hooks")) skip();
    execFileSync(path.join(repository.folder, "node_modules/.bin/simple-git-hooks"), {
      cwd: repository.folder,
      stdio: "ignore",
    });
    await wholeWay(repository, "simple-git-hooks");
    expect(existsSync(path.join(repository.folder, ".git/mine"))).toBe(true);
  });

  test.skipIf(!hasProgram("pre-commit"))("with pre-commit", async () => {
    const repository = gitRepository({ a: "1", ".pre-commit-config.yaml": "# ours\nrepos: []\n" });
    await wholeWay(repository, "pre-commit");
  });
});

describe("taking the hook out", () => {
  test("of a file that others have changed meanwhile leaves their changes", async () => {
    const { folder } = gitRepository({ a: "1" });
    const file = path.join(folder, ".git/hooks/pre-push");
    writeFileSync(file, "#!/bin/sh\necho theirs\n", { mode: 0o755 });
    await installHook(folder);
    writeFileSync(file, `${readFileSync(file, "utf8")}echo later\n`);
    expect(await uninstallHook(folder)).toMatchObject({ edited: [".git/hooks/pre-push"] });
    expect(readFileSync(file, "utf8")).toBe("#!/bin/sh\necho theirs\necho later\n");
  });

  test("of any script gives the script", () => {
    for (const script of ["", "echo a\n", "#!/bin/sh\necho a\n", "#!/bin/sh\n"])
      expect(withoutBlock(withBlock(script))).toBe(script);
  });

  test("status tells that somebody else took it out", async () => {
    const { folder } = gitRepository({ a: "1" });
    await installHook(folder);
    writeFileSync(path.join(folder, ".git/hooks/pre-push"), "#!/bin/sh\n");
    expect((await hookStatus(folder)).problems).toEqual([
      '".git/hooks/pre-push" does not mention caelum any more',
    ]);
  });
});

test("CAELUM=0 passes without starting anything, and a missing caelum is said", async () => {
  const repository = gitRepository({ a: "1" });
  const { bin, calls } = recorder();
  await installHook(repository.folder);
  push(repository, bin, { CAELUM: "0", CAELUM_TEST_EXIT: "1" });
  expect(calls()).toEqual([]);
});
