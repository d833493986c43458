import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";
import { mergeCoverage } from "#testing/coverage";
import { fleetFile, SuiteFolder } from "../helpers/fleet-run.ts";
import { startTests } from "../helpers/testing/test-run.ts";
import { vitestWithCoverage } from "../helpers/testing/vitest-with-coverage.ts";
import { Lab, whyNoLab } from "../lab/lab.ts";

const suite = new SuiteFolder();
afterAll(() => suite.remove());

function project(files: Readonly<Record<string, string>>): string {
  const folder = suite.folder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

const half = `interface Which {
  left: boolean;
}

export function half(which: Which): number {
  if (which.left) {
    return 1;
  }
  return 2;
}

export const name = (n: number): string => (n > 1 ? "many" : "one");
`;
const imports =
  'import { expect, test } from "vitest";\nimport { half, name } from "../src/half.ts";\nvoid name;\n';

test("vitest's coverage of two slots is that of vitest alone", { timeout: 120_000 }, async () => {
  const folder = project({
    "package.json": '{ "type": "module", "devDependencies": { "vitest": "*", "@vitest/coverage-v8": "*" } }',
    "vitest.config.js":
      'export default { cacheDir: ".vitest", test: { coverage: { include: ["src/**"], thresholds: { lines: 100 } } } };\n',
    "src/half.ts": half,
    "src/never.js": "export function never() {\n  return 0;\n}\n",
    "test/a.test.ts": `${imports}test("left", () => expect(half({ left: true })).toBe(1));\n`,
    "test/b.test.ts": `${imports}test("right", () => expect(half({ left: false })).toBe(2));\n`,
    "test/c.test.ts": `${imports}test("one", () => expect(name(1)).toBe("one"));\n`,
    "test/d.test.ts": `${imports}test("many", () => expect(name(2)).toBe("many"));\n`,
  });
  symlinkSync(await vitestWithCoverage(), path.join(folder, "node_modules"));
  const reports = suite.folder();
  await execa(
    "node",
    ["node_modules/vitest/vitest.mjs", "run", "--coverage", "--coverage.reporter=lcov"].concat(
      `--coverage.reportsDirectory=${reports}`,
    ),
    // It measures and then finds that thresholds are missed.
    { cwd: folder, reject: false },
  );
  const lcov = path.join(suite.folder(), "lcov.info");
  const run = startTests(suite, folder, ["--workers", "2", "--coverage", lcov]);
  const { exitCode, stderr } = await run.process;
  expect(exitCode, stderr.slice(-3000)).toBe(0);
  // Both have measured something, or there was nothing to merge.
  const leases = run.events.filter(({ type }) => type === "lease.started");
  expect(leases.length).toBeGreaterThan(1);
  const [alone, merged] = await Promise.all(
    [path.join(reports, "lcov.info"), lcov].map(async (file) =>
      mergeCoverage([{ host: "", root: folder, project: "", name: file, text: readFileSync(file, "utf8") }], {
        read: () => "",
        goModules: [],
      }),
    ),
  );
  expect(merged).toEqual(alone);
  expect([...merged!.files.keys()]).toEqual(["src/half.ts", "src/never.js"]);
  expect(merged!.files.get("src/half.ts")?.lines.get(7)).toBe(1);
});

const pythonPackages = "/usr/lib/python3/dist-packages";
const reason =
  whyNoLab() ??
  (existsSync(path.join(pythonPackages, "pytest_cov")) ? undefined : "Debian's pytest-cov is not installed");
if (reason !== undefined) process.stderr.write(`SKIPPED: no host lacks a coverage package: ${reason}\n`);

test.skipIf(reason !== undefined)(
  "what one of two hosts lacks to measure is told before the first test, with what to install",
  { timeout: 120_000 },
  async () => {
    const folder = project({
      "pytest.ini": "[pytest]\n",
      "test_a.py": "def test_a():\n    open('ran', 'w').close()\n",
      "test_b.py": "def test_b():\n    open('ran', 'w').close()\n",
    });
    const lab = await Lab.start({ full: {}, bare: {} });
    try {
      const flags = ["--no-local", "--coverage", path.join(suite.folder(), "lcov.info")];
      const bare = `environment: { PATH: "${pythonWithoutCoverage(lab.home("bare"))}:/usr/bin:/bin" }`;
      const fleet = path.join(suite.folder(), "fleet.yaml");
      writeFileSync(
        fleet,
        `sshConfig: ${lab.configFile}\nhosts:\n  - { name: full, ssh: full, slots: 1 }\n  - { name: bare, ssh: bare, slots: 1, ${bare} }\n`,
      );
      const refused = startTests(suite, folder, ["--fleet", fleet, ...flags]);
      const { exitCode, stderr } = await refused.process;
      expect(exitCode, stderr.slice(-4000)).toBe(2);
      expect(stderr).toContain("CAELUM_NO_COVERAGE");
      expect(stderr).toContain('pytest, host \\"bare\\": pytest-cov is missing');
      expect(stderr).toContain("pip install pytest-cov");
      expect(refused.events.filter(({ type }) => type === "lease.started")).toEqual([]);
      // Without it, the same host tests; and the other one measures.
      const tested = startTests(suite, folder, ["--fleet", fleet, "--hosts", "bare", "--no-local"]);
      expect((await tested.process).exitCode).toBe(0);
      const measured = startTests(suite, folder, ["--fleet", fleetFile(suite, lab, ["full"]), ...flags]);
      expect((await measured.process).exitCode).toBe(0);
    } finally {
      await lab.stop();
    }
  },
);

/** A `python3` that has pytest and what that needs, and not the rest of what is installed here. */
function pythonWithoutCoverage(home: string): string {
  const bin = path.join(home, "bin");
  const packages = path.join(home, "packages");
  for (const made of [bin, packages]) mkdirSync(made);
  for (const name of readdirSync(pythonPackages))
    if (!/^(?:pytest|coverage)[_-]/i.test(name) || /^pytest-\d/.test(name))
      symlinkSync(path.join(pythonPackages, name), path.join(packages, name));
  const script = `#!/bin/sh\nPYTHONPATH='${packages}' exec /usr/bin/python3 -S "$@"\n`;
  writeFileSync(path.join(bin, "python3"), script, { mode: 0o755 });
  return bin;
}
