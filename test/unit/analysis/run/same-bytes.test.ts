import { cpSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { copyRealSources } from "../../../helpers/real-sources.ts";
import { projectRoot, runCaelum } from "../../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

/** Sources of several languages: packages from the registry, this project, and the languages' fixtures. */
function realProject(): string {
  const folder = temporaryFolder();
  copyRealSources(folder);
  cpSync(path.join(projectRoot, "src"), path.join(folder, "src"), { recursive: true });
  cpSync(path.join(projectRoot, "test/fixtures/analysis"), path.join(folder, "fixtures"), {
    recursive: true,
  });
  return folder;
}

async function report(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const { stdout, exitCode, stderr } = await runCaelum(["analyze", "--json", "--quiet", ...args], {
    cwd,
    env,
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout;
}

test(
  "1, 2 and 4 workers, no worker at all, a cold and a warm cache give the same bytes",
  { timeout: 300_000 },
  async () => {
    const cwd = realProject();
    const env = { CAELUM_CACHE_DIR: temporaryFolder() };
    const expected = await report(cwd, ["--no-cache", "--workers", "1"]);
    expect(JSON.parse(expected)).toMatchObject({ complete: true });
    for (const workers of ["2", "4"])
      expect(await report(cwd, ["--no-cache", "--workers", workers])).toBe(expected);
    expect(await report(cwd, ["--workers", "2"], env), "cold").toBe(expected);
    expect(await report(cwd, ["--workers", "2"], env), "warm").toBe(expected);
  },
);

test("the order in which a folder holds its files does not matter", async () => {
  const names = readdirSync(path.join(projectRoot, "src/kernel"));
  const reports = [];
  for (const order of [names, names.toReversed()]) {
    const cwd = path.join(temporaryFolder(), "project");
    for (const name of order) cpSync(path.join(projectRoot, "src/kernel", name), path.join(cwd, name));
    reports.push(await report(cwd, ["--no-cache"]));
  }
  expect(reports[1]).toBe(reports[0]);
});

test("a small project gives the same bytes whether it is measured in the process or by workers", async () => {
  const cwd = temporaryFolder();
  cpSync(path.join(projectRoot, "src/kernel"), path.join(cwd, "kernel"), { recursive: true });
  const inProcess = await report(cwd, ["--no-cache"]);
  expect(await report(cwd, ["--no-cache", "--workers", "2"])).toBe(inProcess);
});

test("a cache of everything does not leak into a run that asks for one language, nor the other way round", async () => {
  const cwd = temporaryFolder({
    "a.py": "x = 1\n",
    "b.js": "let b;\n",
    run: "#!/bin/sh\necho 1\n",
    notes: "text\n",
  });
  const env = { CAELUM_CACHE_DIR: temporaryFolder() };
  const languages = async (args: readonly string[]): Promise<string[]> =>
    (JSON.parse(await report(cwd, args, env)) as { files: { language: string }[] }).files.map(
      (file) => file.language,
    );
  const all = await languages([]);
  expect(all).toEqual(["python", "javascript", "text", "bash"]);
  expect(await languages(["--language", "bash"])).toEqual(["bash"]);
  expect(await languages([])).toEqual(all);
});

test("a file that changed is measured anew, and one that moved is not", async () => {
  const cwd = temporaryFolder({ "a.py": "def one():\n    pass\n", "b.py": "def two():\n    pass\n" });
  const env = { CAELUM_CACHE_DIR: temporaryFolder() };
  await report(cwd, [], env);
  cpSync(path.join(cwd, "b.py"), path.join(cwd, "c.py"));
  cpSync(path.join(cwd, "b.py"), path.join(cwd, "a.py"));
  const { stdout } = await runCaelum(["analyze"], { cwd, env });
  expect(stdout).toContain("100 % from cache");
  const names = (
    JSON.parse(await report(cwd, [], env)) as { files: { path: string; functions: { name: string }[] }[] }
  ).files;
  expect(names.map((file) => [file.path, file.functions[0]!.name])).toEqual([
    ["a.py", "two"],
    ["b.py", "two"],
    ["c.py", "two"],
  ]);
});
