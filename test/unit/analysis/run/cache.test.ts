import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { execaSync } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import { copyRealSources } from "../../../helpers/real-sources.ts";
import { projectRoot, runCaelum } from "../../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

const FILE = "analysis-1.sqlite";

function project(): string {
  const cwd = temporaryFolder();
  copyRealSources(cwd);
  return cwd;
}

async function report(cwd: string, cache: string, args: readonly string[] = []) {
  const ran = await runCaelum(["analyze", "--json", ...args], { cwd, env: { CAELUM_CACHE_DIR: cache } });
  return { ...ran, sum: createHash("sha256").update(ran.stdout).digest("hex") };
}

/** A cache filled by a run over the project, and what that run reported. */
async function filled() {
  const cwd = project();
  const cache = temporaryFolder();
  const { sum, exitCode } = await report(cwd, cache);
  expect(exitCode).toBe(0);
  return { cwd, cache, sum, file: path.join(cache, FILE) };
}

describe("a cache of runs that asked for other things", () => {
  test("that was filled without the search for copies serves a run with it, and the other way round", async () => {
    const cwd = temporaryFolder();
    for (const copy of ["one", "two"])
      cpSync(path.join(projectRoot, "src/analysis/clones"), path.join(cwd, copy), { recursive: true });
    const cache = temporaryFolder();
    const plain = await report(cwd, cache, ["--no-clones"]);
    const found = await report(cwd, cache);
    expect(found.sum).toBe((await report(cwd, cache, ["--no-cache"])).sum);
    expect((JSON.parse(found.stdout) as { clones: unknown[] }).clones).not.toEqual([]);
    expect((await report(cwd, cache, ["--no-clones"])).sum).toBe(plain.sum);
    const again = await runCaelum(["analyze"], { cwd, env: { CAELUM_CACHE_DIR: cache } });
    expect(again.stdout).toContain("100 % from cache");
  });
});

describe("a cache that is not as it was left", () => {
  test("that is no database at all is put aside and made anew", async () => {
    const { cwd, cache, sum, file } = await filled();
    writeFileSync(file, "this is not SQLite\n".repeat(1000));
    const after = await report(cwd, cache);
    expect(after).toMatchObject({ sum, exitCode: 0 });
    expect(readdirSync(cache)).toContain(`${FILE}.damaged`);
    const again = await runCaelum(["analyze"], { cwd, env: { CAELUM_CACHE_DIR: cache } });
    expect(again.stdout).toContain("100 % from cache");
  });

  test("that was cut short, has flipped bits anywhere or rows that were changed in their place gives the same report", async () => {
    const { cwd, cache, sum, file } = await filled();
    const whole = readFileSync(file);
    const flipped = Buffer.from(whole);
    for (let at = 5000; at < flipped.length; at += 997) flipped[at]! ^= 1 << (at % 8);
    const damages = {
      "cut short": () => writeFileSync(file, whole.subarray(0, Math.floor(whole.length / 2))),
      flipped: () => writeFileSync(file, flipped),
      changed: () => {
        const database = new DatabaseSync(file);
        database.exec("UPDATE facts SET head = replace(head, '\"functions\":', '\"functions\":1')");
        database.close();
      },
    };
    for (const [name, damage] of Object.entries(damages)) {
      for (const left of ["-wal", "-shm"]) rmSync(file + left, { force: true });
      writeFileSync(file, whole);
      damage();
      expect(await report(cwd, cache), name).toMatchObject({ sum, exitCode: 0 });
    }
  });
});

test("a folder that cannot be written to costs a warning, not the run", async () => {
  const cwd = project();
  const cache = path.join(temporaryFolder({ file: "" }), "file", "below");
  const { exitCode, stdout } = await report(cwd, cache);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ complete: true });
});

test.skipIf(process.getuid?.() !== 0)(
  "a full disk under the cache costs the cache, not the run",
  async () => {
    const cwd = project();
    const cache = temporaryFolder();
    execaSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", cache]);
    onTestFinished(() => void execaSync("umount", [cache]));
    const full = await report(cwd, cache);
    expect(full.exitCode).toBe(0);
    const without = await report(cwd, cache, ["--no-cache"]);
    expect(full.sum).toBe(without.sum);
  },
);

test("four runs at once on one cache all give the same report and leave a sound database", async () => {
  const cwd = project();
  const cache = temporaryFolder();
  const runs = await Promise.all([1, 2, 3, 4].map(() => report(cwd, cache)));
  expect(new Set(runs.map(({ sum, exitCode }) => `${sum} ${exitCode}`)).size).toBe(1);
  expect(runs[0]!.exitCode).toBe(0);
  const database = new DatabaseSync(path.join(cache, FILE), { readOnly: true });
  expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  database.close();
});

test("a cache above its size loses its oldest entries", async () => {
  const { cwd, cache } = await filled();
  const before = statSync(path.join(cache, FILE)).size;
  writeFileSync(path.join(cwd, ".caelumrc.json"), JSON.stringify({ cache: { maxSize: 100_000 } }));
  expect((await report(cwd, cache)).exitCode).toBe(0);
  expect(statSync(path.join(cache, FILE)).size).toBeLessThan(before);
});

test("the cache's folder is the person's own", async () => {
  const home = temporaryFolder();
  mkdirSync(path.join(home, "project"));
  writeFileSync(path.join(home, "project/a.py"), "x = 1\n");
  const cache = path.join(home, "new/cache");
  await report(path.join(home, "project"), cache);
  expect(statSync(cache).mode & 0o777).toBe(0o700);
});
