import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { parsePushedRefs, revisionFromPreCommit } from "../../../../src/testing/hook/index.ts";
import { projectRoot } from "../../../helpers/run-caelum.ts";
import { gitRepository, type GitRepository } from "../../../helpers/testing/git-repository.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

const passing = 'const { test } = require("node:test");\ntest("holds", () => {});\n';
const failing = 'const { test } = require("node:test");\ntest("breaks", () => { throw new Error("no"); });\n';

interface Said {
  exitCode: number | undefined;
  stderr: string;
  /** Both streams. */
  all: string;
}

interface Pushing extends GitRepository {
  run: (program: "git" | "caelum", ...args: string[]) => Promise<Said>;
  with: (env: Record<string, string>) => Pushing;
  commit: (files: Record<string, string>) => void;
}

/** A repository with the hook, and a remote; the built caelum is on the path, with a state of its own. */
async function pushing(
  files: Record<string, string> = { "package.json": "{}", "test/a.test.js": passing },
): Promise<Pushing> {
  const repository = gitRepository(files);
  const bin = temporaryFolder();
  const own = temporaryFolder();
  writeFileSync(
    path.join(bin, "caelum"),
    `#!/bin/sh\nexec "${process.execPath}" "${projectRoot}/bin/caelum.js" "$@"\n`,
  );
  chmodSync(path.join(bin, "caelum"), 0o755);
  const bare = temporaryFolder();
  repository.git("init", "-q", "--bare", bare);
  repository.git("remote", "add", "origin", bare);
  const env: NodeJS.ProcessEnv = {
    PATH: `${bin}:${process.env["PATH"]}`,
    HOME: own,
    XDG_STATE_HOME: path.join(own, "state"),
    XDG_CACHE_HOME: path.join(own, "cache"),
    CAELUM: undefined,
  };
  const of = (more: Record<string, string>): Pushing => ({
    ...repository,
    run: async (program, ...args) => {
      const cwd = repository.folder;
      const options = { cwd, env: { ...env, ...more }, reject: false, stdin: "ignore", all: true } as const;
      const { exitCode, stderr, all } = await execa(program, args, options);
      return { exitCode, stderr, all };
    },
    with: (other) => of({ ...more, ...other }),
    commit: (changed) => {
      for (const [file, content] of Object.entries(changed)) {
        mkdirSync(path.dirname(path.join(repository.folder, file)), { recursive: true });
        writeFileSync(path.join(repository.folder, file), content);
      }
      repository.git("add", "-A");
      repository.git("commit", "-q", "-m", "next");
    },
  });
  const it = of({});
  expect((await it.run("caelum", "hook", "install")).exitCode).toBe(0);
  return it;
}

describe("git push with the hook", { timeout: 180_000 }, () => {
  test("tests the pushed commit, not what lies in the folder, and knows it the next time", async () => {
    const it = await pushing();
    writeFileSync(path.join(it.folder, "test/a.test.js"), failing);
    const first = await it.run("git", "push", "origin", "main");
    expect(first.stderr).toContain("has no verdict yet");
    expect(first).toMatchObject({ exitCode: 0 });
    expect(it.git("ls-remote", "origin", "main")).toContain(it.git("rev-parse", "HEAD"));

    const again = await it.run("git", "push", "origin", "main:other", "main:refs/tags/v1");
    expect(again.stderr).toMatch(/passed \d+ \w+ ago on linux \(1 test\)/);
    expect(again.stderr.match(/passed/g)).toHaveLength(1);
    expect((await it.run("git", "push", "origin", ":other")).exitCode).toBe(0);
    expect((await it.run("git", "push", "origin", "main")).stderr).toContain("Everything up-to-date");
  });

  test("passes at once after caelum test of what is committed then", async () => {
    const it = await pushing();
    writeFileSync(path.join(it.folder, "new.js"), "");
    expect((await it.run("caelum", "test")).exitCode).toBe(0);
    it.commit({});
    const { exitCode, stderr } = await it.run("git", "push", "origin", "main");
    expect(stderr).toMatch(/passed \d+ \w+ ago on linux/);
    expect(exitCode).toBe(0);
  });

  test("refuses failing commits, at once the second time, and can be passed by", async () => {
    const it = await pushing();
    it.commit({ "test/a.test.js": failing });
    const first = await it.run("git", "push", "origin", "main");
    expect(first.stderr).toContain("breaks");
    expect(first.stderr).toContain("CAELUM_PUSH_REFUSED");
    expect(first.exitCode).not.toBe(0);
    const second = await it.run("git", "push", "origin", "main");
    expect(second.stderr).toMatch(/failed \d+ \w+ ago: 1 of 1 tests on linux/);
    expect(second.exitCode).not.toBe(0);
    expect((await it.with({ CAELUM: "0" }).run("git", "push", "origin", "main:one")).exitCode).toBe(0);
    expect((await it.run("git", "push", "--no-verify", "origin", "main:two")).exitCode).toBe(0);
  });

  test("looks at each of several branches", async () => {
    const it = await pushing();
    it.git("checkout", "-q", "-b", "bad");
    it.commit({ "test/a.test.js": failing });
    const { exitCode, stderr } = await it.run("git", "push", "origin", "main", "bad");
    expect(stderr).toMatch(/\(main\) passed/);
    expect(stderr).toMatch(/\(bad\) fails its tests/);
    expect(exitCode).not.toBe(0);
  });

  test("past its budget says what to do", async () => {
    const slow =
      'const { test } = require("node:test");\ntest("slow", () => new Promise((done) => setTimeout(done, 60_000)));\n';
    const it = await pushing({ "package.json": "{}", "test/a.test.js": slow });
    const { exitCode, stderr } = await it
      .with({ CAELUM_HOOK_BUDGET: "3s" })
      .run("git", "push", "origin", "main");
    expect(stderr).toContain("take longer than 3 s");
    expect(stderr).toContain("caelum push tests first and pushes then");
    expect(exitCode).not.toBe(0);
  });

  test("asks for what the configuration says on a miss, and only for the branches it names", async () => {
    const config = "hook: { onMiss: refuse, branches: [main, 'release/*'] }\n";
    const it = await pushing({
      "package.json": "{}",
      "test/a.test.js": failing,
      "caelum.config.yaml": config,
    });
    expect((await it.run("git", "push", "origin", "main")).stderr).toContain("was not tested");
    expect((await it.run("git", "push", "origin", "main:refs/heads/release/1")).exitCode).not.toBe(0);
    expect((await it.run("git", "push", "origin", "main:topic")).exitCode).toBe(0);
  });
});

describe("caelum push", { timeout: 180_000 }, () => {
  test("tests first and pushes then; the hook knows the verdict", async () => {
    const it = await pushing();
    const { exitCode, stderr } = await it.run("caelum", "push", "origin", "main");
    expect(stderr).toContain("has no verdict yet");
    expect(stderr).toMatch(/passed \d+ \w+ ago/);
    expect(exitCode).toBe(0);
    expect(it.git("ls-remote", "origin", "main")).toContain(it.git("rev-parse", "HEAD"));
    it.commit({ "test/a.test.js": failing });
    expect((await it.run("caelum", "push", "origin", "main")).exitCode).toBe(1);
    expect(it.git("ls-remote", "origin", "main")).not.toContain(it.git("rev-parse", "HEAD"));
  });

  test("of nothing is git push", async () => {
    const it = await pushing();
    expect((await it.run("git", "push", "--no-verify", "origin", "main")).exitCode).toBe(0);
    const { exitCode, all } = await it.run("caelum", "push", "origin", "main");
    expect(all).toContain("Everything up-to-date");
    expect(exitCode).toBe(0);
    expect((await it.run("caelum", "push", "nowhere")).all).toContain("git push would fail");
  });
});

describe("what git tells a hook", () => {
  const id = "a".repeat(40);

  test("is read line by line; other lines are left out", () => {
    expect(parsePushedRefs(`refs/heads/a ${id} refs/heads/b ${"0".repeat(40)}\n\nnonsense\n`)).toEqual([
      { local: "refs/heads/a", localId: id, remote: "refs/heads/b", remoteId: "0".repeat(40) },
    ]);
  });

  test("comes in variables under pre-commit", () => {
    expect(revisionFromPreCommit({})).toBeUndefined();
    expect(revisionFromPreCommit({ PRE_COMMIT: "1", PRE_COMMIT_TO_REF: id })).toBe(id);
    expect(revisionFromPreCommit({ PRE_COMMIT: "1", PRE_COMMIT_LOCAL_BRANCH: "refs/heads/x" })).toBe(
      "refs/heads/x",
    );
  });
});
