import { cpSync, mkdirSync, renameSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { projectRoot, runCaelum } from "../../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

interface Report {
  findings: { ruleId: string; path: string; line: number; fingerprint: string; flow?: object[] }[];
  suppressed: { suppressedBy: string; reason?: string }[];
}

/** Real-looking code in ten languages, more of it than is measured in process. */
function project(): string {
  const cwd = temporaryFolder();
  for (let copy = 0; copy < 8; copy++)
    cpSync(path.join(projectRoot, "rules"), path.join(cwd, `copy${copy}`), { recursive: true });
  return cwd;
}

async function analyze(cwd: string, cache: string, ...args: string[]) {
  const ran = await runCaelum(["analyze", "--format", "json", ...args], {
    cwd,
    env: { CAELUM_CACHE_DIR: cache },
  });
  return { ...ran, report: (): Report => JSON.parse(ran.stdout) as Report };
}

test("findings are the same with 1, 2 and 4 workers, in process, cold and warm", async () => {
  const cwd = project();
  const cache = temporaryFolder();
  const one = await analyze(cwd, cache, "--workers", "1", "--no-cache");
  const { findings } = one.report();
  expect(findings.length).toBeGreaterThan(300);
  expect(findings.some(({ flow }) => flow !== undefined && flow.length > 1)).toBe(true);
  expect((await analyze(cwd, cache, "--workers", "2")).stdout).toBe(one.stdout);
  expect((await analyze(cwd, cache, "--workers", "4", "--no-cache")).stdout).toBe(one.stdout);
  expect((await analyze(cwd, cache)).stdout).toBe(one.stdout);
  const single = path.join(cwd, "copy0/go");
  const inProcess = await analyze(single, cache, "--no-cache");
  expect((await analyze(single, cache, "--no-cache", "--workers", "1")).stdout).toBe(inProcess.stdout);
});

test("another set of rules is another question: the cache does not answer it", async () => {
  const cwd = temporaryFolder();
  const cache = temporaryFolder();
  writeFileSync(path.join(cwd, "a.py"), "foo(1)\nbar(2)\n");
  mkdirSync(path.join(cwd, "own"));
  const rules = (pattern: string): void =>
    writeFileSync(
      path.join(cwd, "own/rules.yaml"),
      `rules:\n  - {id: own, message: m, severity: WARNING, languages: [python], pattern: '${pattern}'}\n`,
    );
  const lines = async (): Promise<number[]> =>
    (await analyze(cwd, cache, "--rules", "own")).report().findings.map(({ line }) => line);
  rules("foo(...)");
  expect(await lines()).toEqual([1]);
  rules("bar(...)");
  expect(await lines()).toEqual([2]);
  rules("foo(...)");
  expect(await lines()).toEqual([1]);
});

test("a baseline holds when lines move and files are renamed; what is new fails the gate", async () => {
  const cwd = temporaryFolder();
  const cache = temporaryFolder();
  const file = path.join(cwd, "a.py");
  writeFileSync(
    file,
    "import os\n\n\ndef f(x):\n    eval(x)  # caelum-ignore: python.eval a calculator\n    exec(x)\n",
  );
  const gate = ["--fail-on", "high"];
  const before = await analyze(cwd, cache, ...gate);
  expect(before.exitCode).toBe(1);
  expect(before.report()).toMatchObject({
    findings: [{ ruleId: "python.eval", line: 6 }],
    suppressed: [{ suppressedBy: "comment", reason: "a calculator" }],
  });
  writeFileSync(path.join(cwd, "known.json"), before.stdout);
  writeFileSync(file, `# moved\n\n${readFileSync(file, "utf8")}`);
  renameSync(file, path.join(cwd, "b.py"));
  const after = await analyze(cwd, cache, ...gate, "--baseline", "known.json");
  expect(after.exitCode).toBe(0);
  expect(after.report()).toMatchObject({
    findings: [],
    suppressed: [{}, { suppressedBy: "baseline", line: 8 }],
  });
  writeFileSync(path.join(cwd, "c.py"), "def g(y):\n    exec(y)\n    exec(z)\n");
  const worse = await analyze(cwd, cache, ...gate, "--baseline", "known.json");
  expect(worse.exitCode).toBe(1);
  expect(worse.report().findings.map((one) => one.path)).toEqual(["c.py", "c.py"]);
  const none = await analyze(cwd, cache, "--no-default-rules");
  expect(none.report()).toMatchObject({ findings: [], suppressed: [] });
});
