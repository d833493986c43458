import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { runCaelum } from "../../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

const day = 86_400;
const start = Date.UTC(2024, 0, 1) / 1000;

class Repository {
  readonly folder = temporaryFolder();

  constructor() {
    this.git("init", "--quiet", "--initial-branch=main");
  }

  git(...args: string[]): string {
    const env = {
      ...process.env,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: this.who,
      GIT_AUTHOR_EMAIL: `${this.who.toLowerCase()}@example.com`,
      GIT_COMMITTER_NAME: "Someone",
      GIT_COMMITTER_EMAIL: "someone@example.com",
      GIT_AUTHOR_DATE: `${start + this.day * day} +0000`,
      GIT_COMMITTER_DATE: `${start + this.day * day} +0000`,
    };
    return execFileSync("git", args, {
      cwd: this.folder,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  }

  who = "Ada";
  day = 0;

  write(files: Readonly<Record<string, string>>): void {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
      writeFileSync(path.join(this.folder, file), text);
    }
  }

  commit(dayOf: number, who: string, files: Readonly<Record<string, string>> = {}): void {
    this.day = dayOf;
    this.who = who;
    this.write(files);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", `on day ${dayOf}\n\x01not a header`);
  }
}

interface Report {
  history: { state: string; reason?: string; commits: number; authors: number; from?: string; to?: string };
  hotspots: {
    path: string;
    commits: number;
    score: number;
    mainAuthor: string;
    atRisk: boolean;
    trend: string;
  }[];
  coupling: { a: string; b: string; shared: number; degree: number }[];
}

async function analyze(folder: string, ...args: string[]): Promise<Report & { stdout: string }> {
  const { stdout, stderr } = await runCaelum(["analyze", "--format", "json", ...args], { cwd: folder });
  expect(stderr).not.toMatch(/error/);
  return { ...(JSON.parse(stdout) as Report), stdout };
}

function twisted(version: number): string {
  return `def f(a, b):\n    if a:\n        for c in b:\n            if c:\n                return ${version}\n`;
}

function busy(): Repository {
  const repository = new Repository();
  repository.commit(0, "Ada", { "core.py": twisted(0), "quiet.py": twisted(0), "plain.py": "x = 1\n" });
  for (let i = 1; i <= 6; i++)
    repository.commit(i * 10, "Ada", {
      "core.py": twisted(i),
      "beside.py": `y = ${i}\n`,
      "plain.py": `x = ${i}\n`,
    });
  return repository;
}

describe("hotspots", () => {
  test("are files that are complex and change often; those that are one of both are none, or come last", async () => {
    const { folder } = busy();
    const { hotspots, history } = await analyze(folder);
    expect(hotspots.map((one) => [one.path, one.commits, one.score])).toEqual([
      ["core.py", 7, 100],
      ["quiet.py", 1, expect.closeTo(13.4, 0)],
    ]);
    expect(history).toEqual({ state: "full", commits: 7, authors: 1, from: "2024-01-01", to: "2024-03-01" });
  });

  test("files that change together are told with how often", async () => {
    const { coupling } = await analyze(busy().folder);
    expect(coupling).toContainEqual({ a: "beside.py", b: "core.py", shared: 6, degree: 1 });
    expect(coupling.some(({ a, b }) => a === "quiet.py" || b === "quiet.py")).toBe(false);
  });

  test("a file keeps its history when it moves, and a new file in its old place starts anew", async () => {
    const repository = busy();
    mkdirSync(path.join(repository.folder, "lib"));
    repository.git("mv", "core.py", "lib/engine ü.py");
    repository.commit(70, "Ada");
    repository.commit(80, "Ada", { "core.py": twisted(99) });
    const { hotspots } = await analyze(repository.folder);
    expect(Object.fromEntries(hotspots.map((one) => [one.path, one.commits]))).toMatchObject({
      "lib/engine ü.py": 8,
      "core.py": 1,
    });
  });

  test("knowledge is at risk when who made most of a file has been away for half a year", async () => {
    const repository = busy();
    repository.commit(300, "Grace", { "other.py": twisted(1) });
    const { hotspots } = await analyze(repository.folder);
    expect(hotspots.map((one) => [one.path, one.mainAuthor, one.atRisk])).toEqual([
      ["core.py", "Ada", true],
      ["other.py", "Grace", false],
      ["quiet.py", "Ada", true],
    ]);
  });

  test("people with two names are one where .mailmap says so", async () => {
    const repository = busy();
    repository.commit(65, "Lovelace", {
      "core.py": twisted(7),
      ".mailmap": "Ada <ada@example.com> <lovelace@example.com>\n",
    });
    expect((await analyze(repository.folder)).history.authors).toBe(1);
  });

  test("a folder of a repository has its own history, under its own paths", async () => {
    const repository = new Repository();
    repository.commit(0, "Ada", { "a/deep/core.py": twisted(0), "b/far.py": twisted(0) });
    repository.commit(1, "Ada", { "b/far.py": twisted(1) });
    const { hotspots, history } = await analyze(path.join(repository.folder, "a"));
    expect(hotspots.map((one) => one.path)).toEqual(["deep/core.py"]);
    expect(history.commits).toBe(1);
  });

  test("no repository, no commit, nothing tracked: it is said and nothing is guessed", async () => {
    const plain = temporaryFolder({ "a.py": twisted(1) });
    expect((await analyze(plain)).history).toMatchObject({
      state: "none",
      reason: expect.stringMatching(/no git/),
    });
    const empty = new Repository();
    empty.write({ "a.py": twisted(1) });
    expect((await analyze(empty.folder)).history).toMatchObject({
      state: "none",
      reason: expect.stringMatching(/no commit/),
    });
    const inside = busy();
    inside.write({ "new/a.py": twisted(1) });
    expect((await analyze(path.join(inside.folder, "new"))).history).toMatchObject({
      state: "none",
      reason: expect.stringMatching(/track/),
    });
  });

  test("a shallow clone and replaced commits are told: counts are too low", async () => {
    const { folder } = busy();
    const clone = path.join(temporaryFolder(), "clone");
    execFileSync("git", ["clone", "--quiet", "--depth", "3", `file://${folder}`, clone], { stdio: "ignore" });
    expect((await analyze(clone)).history).toMatchObject({ state: "shallow", commits: 3 });
    const { stdout } = await runCaelum(["analyze"], { cwd: clone });
    expect(stdout).toMatch(/shallow clone: only 3 commits/);
    const grafted = busy();
    const [head = ""] = grafted.git("rev-list", "HEAD").split("\n");
    grafted.git("replace", "--graft", head);
    expect((await analyze(grafted.folder)).history).toMatchObject({ state: "grafted", commits: 1 });
  });

  test("a history of binary contents, of messages and names that are no UTF-8 is read to its end, also for secrets", async () => {
    const repository = new Repository();
    repository.commit(0, "Ada", { "core.py": "\0\x01\x02", "data.bin": "\0".repeat(5000) });
    repository.commit(1, "Ada", { "core.py": "\0\x03", "data.bin": `\0${"x".repeat(300_000)}` });
    const odd = Buffer.concat([
      Buffer.from(`${repository.folder}/bl`),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(".py"),
    ]);
    writeFileSync(odd, twisted(1));
    repository.commit(2, "Ada", { "core.py": twisted(3) });
    const message = path.join(temporaryFolder(), "message");
    writeFileSync(message, Buffer.from([0x61, 0xff, 0xfe, 0x0a]));
    repository.write({ "core.py": twisted(5) });
    repository.git("commit", "--quiet", "--all", "--file", message);
    repository.commit(3, "Ada", { "core.py": twisted(4) });
    const { hotspots, history } = await analyze(repository.folder, "--history");
    expect(history).toMatchObject({ state: "full", commits: 5 });
    expect(hotspots[0]).toMatchObject({ path: "core.py", commits: 5 });
  });

  test("a history that git cannot read to its end is told, what was found before stays, and the run is incomplete", async () => {
    const repository = new Repository();
    repository.commit(0, "Ada", { "core.py": twisted(1) });
    repository.commit(1, "Ada", { "core.py": twisted(2) });
    repository.commit(2, "Ada", { "core.py": twisted(3) });
    repository.commit(3, "Ada", { "key.py": `key = "${["glpat", "aB3dE5fG7hJ9kL1mN2pQ"].join("-")}"\n` });
    repository.commit(4, "Ada", { "key.py": "" });
    const lose = (object: string) => {
      const name = repository.git("rev-parse", object).trim();
      rmSync(path.join(repository.folder, ".git/objects", name.slice(0, 2), name.slice(2)));
    };
    lose("HEAD~3:core.py");
    const ran = await runCaelum(["analyze", "--history", "--no-cache"], { cwd: repository.folder });
    expect(ran.exitCode).toBe(5);
    expect(ran.stdout).toMatch(/not searched for secrets to its end: git log failed/);
    expect(ran.stdout).toContain("gitlab-token");
    lose("HEAD~3");
    const shorter = await runCaelum(["analyze", "--no-cache"], { cwd: repository.folder });
    expect(shorter.stdout).toMatch(/hotspots +unknown: git log failed: .*Could not read/);
    rmSync(path.join(repository.folder, ".git/objects"), { recursive: true });
    mkdirSync(path.join(repository.folder, ".git/objects"));
    const without = await runCaelum(["analyze", "--no-cache"], { cwd: repository.folder });
    expect(without.stdout).toMatch(/hotspots +unknown: the newest commit is missing/);
  });

  test("the report is the same with a cold and a warm cache, and a new commit is seen", async () => {
    const repository = busy();
    const home = temporaryFolder();
    const run = async (): Promise<string> =>
      (
        await runCaelum(["analyze", "--format", "json"], {
          cwd: repository.folder,
          env: { CAELUM_CACHE_DIR: home },
        })
      ).stdout;
    const cold = await run();
    expect(await run()).toBe(cold);
    repository.commit(90, "Ada", { "core.py": twisted(8) });
    expect((JSON.parse(await run()) as Report).hotspots[0]).toMatchObject({ path: "core.py", commits: 8 });
  });

  test("a repository's own configuration cannot make git run a program or change what it prints", async () => {
    const repository = busy();
    const trap = path.join(repository.folder, "trap.sh");
    writeFileSync(trap, `#!/bin/sh\ntouch ${path.join(repository.folder, "sprung")}\ncat\n`, { mode: 0o755 });
    for (const [name, value] of [
      ["core.pager", trap],
      ["diff.external", trap],
      ["core.fsmonitor", trap],
      ["log.showSignature", "true"],
      ["gpg.program", trap],
      ["log.follow", "true"],
      ["format.pretty", "oneline"],
      ["diff.renames", "false"],
      ["core.quotePath", "true"],
      ["color.ui", "always"],
    ])
      repository.git("config", name!, value!);
    const { hotspots, history } = await analyze(repository.folder, "--exclude", "trap.sh");
    expect(hotspots[0]).toMatchObject({ path: "core.py", commits: 7 });
    expect(history.commits).toBe(7);
    expect(() => execFileSync("test", ["-e", path.join(repository.folder, "sprung")])).toThrow();
  });
});
