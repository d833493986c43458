import { chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { runCaelum } from "../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

/** A project with its own git root, so that no configuration above it counts. */
function project(files: Readonly<Record<string, string>>): string {
  return temporaryFolder({ ".git/HEAD": "", "a.py": "def f():\n    return 1\n", ...files });
}

const list = (cwd: string, ...flags: string[]) =>
  runCaelum([...flags, "fleet", "list", "--json"], { cwd }).then(({ stdout, stderr, exitCode }) => {
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    const { file, hosts } = JSON.parse(stdout) as { file: string; hosts: { name: string; line?: number }[] };
    return { file: path.basename(file), hosts: hosts.map(({ name, line }) => ({ name, line })) };
  });

describe("the fleet of a configuration", () => {
  test.each([
    ["caelum.config.yaml", "fleet:\n  hosts:\n    - desk\n    - name: mini\n", [3, 4]],
    ["caelum.config.json", '{\n "fleet": { "hosts": [\n  "desk",\n  { "name": "mini" }\n ] }\n}', [3, 4]],
    [".caelumrc", "fleet: { hosts: [desk, mini] }\n", [1, 1]],
    ["package.json", '{ "name": "x",\n "caelum": { "fleet": { "hosts": ["desk",\n "mini"] } } }', [2, 3]],
    ["caelum.config.mjs", 'export default { fleet: { hosts: ["desk",\n"mini"] } };', [1, 2]],
    ["caelum.config.ts", 'export default { fleet: { hosts: ["desk",\n"mini"] } };', [1, 2]],
  ])("is found in %s, with the lines of its hosts", async (name, content, lines) => {
    expect(await list(project({ [name]: content }))).toEqual({
      file: name,
      hosts: [
        { name: "desk", line: lines[0] },
        { name: "mini", line: lines[1] },
      ],
    });
  });

  test("stands behind fleet.yaml above and before the user's own, and --config names another", async () => {
    const cwd = project({
      "caelum.config.yaml": "fleet: { hosts: [of-configuration] }\n",
      "other.yaml": "fleet: { hosts: [of-other] }\n",
      "user/caelum/fleet.yaml": "hosts: [of-user]\n",
      "sub/.keep": "",
    });
    const env = { XDG_CONFIG_HOME: path.join(cwd, "user") };
    const first = async (...flags: string[]): Promise<string | undefined> => {
      const { stdout } = await runCaelum([...flags, "fleet", "list", "--json"], {
        cwd: path.join(cwd, "sub"),
        env,
      });
      return (JSON.parse(stdout) as { hosts: { name: string }[] }).hosts[0]?.name;
    };
    expect(await first()).toBe("of-configuration");
    expect(await first("--config", "../other.yaml")).toBe("of-other");
    writeFileSync(path.join(cwd, "fleet.yaml"), "hosts: [of-file]\n");
    expect(await first()).toBe("of-file");
    const elsewhere = project({});
    const { stdout } = await runCaelum(["fleet", "list"], { cwd: elsewhere, env });
    expect(stdout).toContain("of-user");
  });

  test("works, with paths relative to its file", async () => {
    const cwd = project({
      "caelum.config.yaml":
        "fleet:\n  sshConfig: ./keys/config\n  hosts: [{ name: here, local: true, slots: 1 }, far]\n",
    });
    mkdirSync(path.join(cwd, "sub"));
    const { stdout, stderr, exitCode } = await runCaelum(
      ["analyze", "..", "--fleet", "--hosts", "here", "--no-cache", "--format", "json"],
      { cwd: path.join(cwd, "sub") },
    );
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toBe(
      (await runCaelum(["analyze", "..", "--no-cache", "--format", "json"], { cwd: path.join(cwd, "sub") }))
        .stdout,
    );
    const listed = await runCaelum(["fleet", "list", "--json", "--hosts", "far"], {
      cwd: path.join(cwd, "sub"),
    });
    expect(JSON.parse(listed.stdout)).toMatchObject({ hosts: [{ ssh: "far" }] });
  });

  test.each([
    [
      "caelum.config.yaml",
      "fleet:\n  hosts:\n    - desk\n    - name: mini\n      slots: 0\n    - { name: x, speed: 3 }\n",
      [
        /caelum\.config\.yaml:5: fleet\.hosts\[1\]\.slots /,
        /caelum\.config\.yaml:6: fleet\.hosts\[2\]\.speed is not a key/,
      ],
    ],
    [
      "package.json",
      '{\n "caelum": {\n  "fleet": {\n   "hosts": ["a", "a"],\n   "groups": { "g": ["b"] } } } }',
      [
        /package\.json:4: fleet\.hosts\[1\] is the second host named "a"/,
        /package\.json:5: fleet\.groups\.g\[0\] names no host/,
      ],
    ],
    ["caelum.config.json", '{ "fleet": [] }', [/caelum\.config\.json:1: fleet\.hosts is missing/]],
    [
      "caelum.config.mjs",
      "export default { fleet: { hosts: [] } };",
      [/caelum\.config\.mjs:1: fleet\.hosts must name/],
    ],
  ])("that is wrong in %s is told with file, line and path", async (name, content, rows) => {
    const cwd = project({ [name]: content });
    const { stderr, exitCode } = await runCaelum(["fleet", "list"], { cwd });
    for (const row of rows) expect(stderr).toMatch(row);
    expect(stderr).toContain("CAELUM_FLEET_FILE");
    expect(exitCode).toBe(2);
    // Whoever works without a fleet is not held up by it.
    expect((await runCaelum(["analyze", "--no-cache", "--quiet"], { cwd })).exitCode).toBe(0);
  });

  test("is shown among the settings, and a slip in its name is told", async () => {
    const cwd = project({ "caelum.config.yaml": "fleet: { hosts: [desk] }\n" });
    const shown = await runCaelum(["config", "show"], { cwd });
    expect(shown.stdout).toMatch(/^fleet +\{"hosts":\["desk"\]\} +caelum\.config\.yaml:1:1$/m);
    writeFileSync(path.join(cwd, "caelum.config.yaml"), "flet: { hosts: [desk] }\n");
    const slip = await runCaelum(["config", "show"], { cwd });
    expect(slip.stderr).toContain("did you mean fleet?");
    expect(slip.exitCode).toBe(2);
  });

  test("is its author's to edit, and a program cannot be followed", async () => {
    const cwd = project({
      "caelum.config.mjs": "export default { fleet: { hosts: [{ name: 'here', local: true }] } };",
    });
    const before = readFileSync(path.join(cwd, "caelum.config.mjs"), "utf8");
    const added = await runCaelum(["fleet", "add", "desk"], { cwd });
    expect(added.stderr).toMatch(/the fleet stands in the configuration ".*caelum\.config\.mjs"/);
    expect(added.exitCode).toBe(2);
    expect(readFileSync(path.join(cwd, "caelum.config.mjs"), "utf8")).toBe(before);
    const followed = await runCaelum(["analyze", "--watch-fleet"], { cwd });
    expect(followed.stderr).toContain("it is a program");
    expect(followed.exitCode).toBe(2);
  });
});

test.skipIf(process.getuid?.() !== 0)(
  "a fleet.yaml that somebody else left above is refused, unless it is named",
  async () => {
    const cwd = project({ "fleet.yaml": "hosts: [desk]\n", "sub/.keep": "" });
    chownSync(path.join(cwd, "fleet.yaml"), 65_534, 65_534);
    const { stderr, exitCode } = await runCaelum(["fleet", "list"], { cwd: path.join(cwd, "sub") });
    expect(stderr).toContain("belongs to somebody else");
    expect(exitCode).toBe(2);
    const named = await runCaelum(["fleet", "list", "--fleet", "../fleet.yaml"], {
      cwd: path.join(cwd, "sub"),
    });
    expect(named.stdout).toContain("desk");
  },
);
