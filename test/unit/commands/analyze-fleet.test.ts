import { expect, test } from "vitest";
import { runCaelum } from "../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const fleet = "hosts:\n  - { name: here, local: true, slots: 1, labels: [fast] }\n";

function project(more: Readonly<Record<string, string>> = {}): string {
  return temporaryFolder({ "a.py": "def f():\n    return 1\n", ...more });
}

test("a fleet of this machine alone needs no SSH, and its report is the usual one", async () => {
  const cwd = project({ "fleet.yaml": fleet });
  const usual = await runCaelum(["analyze", "a.py", "--format", "json"], { cwd });
  for (const flags of [["--fleet"], ["--hosts", "here"], ["--labels", "fast"], ["--no-local"]]) {
    const { stdout, exitCode, stderr } = await runCaelum(
      ["analyze", "a.py", "--no-cache", "--format", "json", ...flags],
      { cwd },
    );
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toBe(usual.stdout);
  }
});

test.each([
  { flags: ["--fleet"], files: {}, says: "there is no fleet.yaml" },
  { flags: ["--fleet", "."], files: {}, says: "is a folder, not a fleet file" },
  { flags: ["--fleet", "none.yaml"], files: {}, says: "cannot be read" },
  { flags: ["--hosts", "there"], files: { "fleet.yaml": fleet }, says: 'no host or group "there"' },
  { flags: ["--labels", "slow"], files: { "fleet.yaml": fleet }, says: "no host of" },
  { flags: ["--fleet"], files: { "fleet.yaml": "hosts:\n  - { slots: 0 }\n" }, says: "fleet.yaml:2" },
])("$flags is an error of usage when $says", async ({ flags, files, says }) => {
  const { exitCode, stderr } = await runCaelum(["analyze", "a.py", ...flags], { cwd: project(files) });
  expect(stderr).toContain(says);
  expect(exitCode).toBe(2);
});
