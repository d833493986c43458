import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { projectRoot, runCaelum } from "../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const fleetFile = [
  "hosts:",
  "  - desk",
  "  - { name: mini, ssh: 'build@mini.local:2222', labels: [mac, arm], slots: 8 }",
  "  - { name: here, local: true }",
  "groups:",
  "  build: [desk, mini]",
  "",
].join("\n");

const inFleet = (...args: string[]) =>
  runCaelum(["fleet", ...args], { cwd: temporaryFolder({ "fleet.yaml": fleetFile }) });

const names = async (...args: string[]): Promise<string[]> => {
  const { stdout } = await inFleet("list", "--json", ...args);
  return (JSON.parse(stdout) as { hosts: { name: string }[] }).hosts.map(({ name }) => name);
};

describe("caelum fleet list", () => {
  test("shows the hosts as the file has them, and where each stands", async () => {
    const { stdout, exitCode } = await inFleet("list");
    expect(stdout).toBe(
      [
        "host  ssh                    labels   slots  transport  from",
        "desk  desk                   –        cores  auto       fleet.yaml:2",
        "mini  build@mini.local:2222  mac arm  8      auto       fleet.yaml:3",
        "here  this machine           –        cores  local      fleet.yaml:4",
        "",
      ].join("\n"),
    );
    expect(exitCode).toBe(0);
  });

  test("chooses by name, group, label and exclusion", async () => {
    expect(await names("--hosts", "here,mini")).toEqual(["mini", "here"]);
    expect(await names("--hosts", "build", "--exclude-hosts", "desk")).toEqual(["mini"]);
    expect(await names("--labels", "mac,arm")).toEqual(["mini"]);
  });

  test("reads the file that --fleet names, relative to the folder it works in", async () => {
    const cwd = temporaryFolder({ "other/machines.yml": "hosts: [a]\n" });
    const { stdout } = await runCaelum(["fleet", "list", "--fleet", "other/machines.yml"], { cwd });
    expect(stdout).toMatch(/^a +a +– +cores +auto +other\/machines\.yml:1$/m);
  });
});

describe("a fleet that cannot be used", () => {
  test("because there is none, is told with the command that makes one", async () => {
    const { stderr, exitCode } = await runCaelum(["fleet", "doctor"]);
    expect(stderr).toMatch(
      /^error: there is no fleet\.yaml .*no configuration has a fleet.*CAELUM_USAGE\n {2}try: caelum fleet add NAME user@host, or --fleet FILE\n$/,
    );
    expect(exitCode).toBe(2);
  });

  test("because the YAML is broken, is told with file and line", async () => {
    const cwd = temporaryFolder({ "fleet.yaml": "hosts:\n  - a\n  - [b\n" });
    const { stderr, exitCode } = await runCaelum(["fleet", "facts"], { cwd });
    expect(stderr).toMatch(/fleet\.yaml:\d: .*CAELUM_FLEET_FILE/);
    expect(exitCode).toBe(2);
  });

  test.each([
    [["doctor", "mni"], 'the fleet has no host or group "mni"', "mini"],
    [
      ["status", "--hosts", "zzzzzzz"],
      'the fleet has no host or group "zzzzzzz"',
      "it has desk, mini, here, build",
    ],
    [
      ["exec", "--labels", "gpu", "--", "true"],
      'no chosen host carries "gpu"',
      "the fleet's labels are mac, arm",
    ],
    [
      ["exec", "--timeout", "soon", "--", "true"],
      '--timeout must be a time such as 30s, 5m or 1h, not "soon"',
      undefined,
    ],
    [
      ["trust", "--fingerprint", "MD5:aa"],
      '--fingerprint must be as ssh-keygen -l prints it, SHA256:…, not "MD5:aa"',
      undefined,
    ],
    [["clean", "--hosts", "desk", "--exclude-hosts", "build"], "no host is left to work with", undefined],
  ])("%j is a usage error", async (args, message, hint) => {
    const { stdout, stderr, exitCode } = await inFleet(...args);
    expect(stderr).toBe(`error: ${message}  CAELUM_USAGE\n${hint === undefined ? "" : `  try: ${hint}\n`}`);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
  });

  test.each(["list", "add", "doctor", "facts", "status", "exec", "trust", "clean"])(
    "help of %s has examples and says how hosts are chosen",
    async (name) => {
      const { stdout, exitCode } = await runCaelum(["fleet", name, "--help"]);
      expect(stdout).toMatch(/Examples:\n {2}caelum fleet /);
      expect(stdout).toContain("--fleet <file>");
      if (name !== "add")
        expect(stdout).toMatch(/--hosts <names>[^]*--labels <labels>[^]*--exclude-hosts <names>/);
      expect(exitCode).toBe(0);
    },
  );
});

const add = (cwd: string, ...args: string[]) => runCaelum(["fleet", "add", ...args], { cwd });

describe("caelum fleet add", () => {
  test("makes the smallest file there can be", async () => {
    const cwd = temporaryFolder();
    const { stdout } = await add(cwd, "desk");
    expect(readFileSync(path.join(cwd, "fleet.yaml"), "utf8")).toBe("hosts:\n  - desk\n");
    expect(stdout).toBe('made fleet.yaml with "desk"\n  try: caelum fleet doctor desk\n');
  });

  test("puts a host behind the others and leaves every other byte of the file as it is", async () => {
    const before = readFileSync(path.join(projectRoot, "fleet.example.yaml"), "utf8");
    const cwd = temporaryFolder({ "fleet.yaml": before });
    await add(cwd, "new", "me@x:22", "--label", "gpu,big", "--label", "lab", "--slots", "3");
    const own = "  - name: new\n    ssh: me@x:22\n    labels: [gpu, big, lab]\n    slots: 3\n";
    const after = readFileSync(path.join(cwd, "fleet.yaml"), "utf8");
    expect(after).toContain(own);
    expect(after.replace(own, "")).toBe(before);
  });

  test.each([
    [
      "hosts:\n- a   # first\n\n- {name: b}\n# end\ngroups: {}\n",
      "hosts:\n- a   # first\n\n- {name: b}\n- x\n# end\ngroups: {}\n",
    ],
    ["hosts: [a, 'b']", "hosts: [ a, 'b', x ]\n"],
    ["# nothing yet\n", "# nothing yet\n\nhosts:\n  - x\n"],
    ["hosts:\r\n  - a\r\n", "hosts:\r\n  - a\r\n  - x\r\n"],
    ["hosts:\n  - a", "hosts:\n  - a\n  - x\n"],
  ])("of %j makes %j", async (before, after) => {
    const { addHost } = await import("#fleet");
    const file = path.join(temporaryFolder({ "fleet.yaml": before }), "fleet.yaml");
    await addHost(file, { name: "x" });
    expect(readFileSync(file, "utf8")).toBe(after);
  });

  test.each([
    [["desk"], /^error: the fleet has a host "desk" already: .*fleet\.yaml:2 {2}CAELUM_USAGE/],
    [["build"], /^error: "build" is the name of a group/],
    [["x", "--slots", "0"], /^error: --slots must be a whole number from 1 to 256, not "0"/],
    [["x", "a b"], /^error: "a b" is no SSH target/],
    [["x", "a", "--local"], /^error: "x" is either --local or reached by "a"/],
    [["a b"], /^error: .*fleet\.yaml:\d+: /],
  ])("%j is refused, and nothing is written", async (args, message) => {
    const cwd = temporaryFolder({ "fleet.yaml": fleetFile });
    const { stderr, exitCode } = await add(cwd, ...args);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
    expect(readFileSync(path.join(cwd, "fleet.yaml"), "utf8")).toBe(fleetFile);
  });

  test("does not touch a file that is broken already", async () => {
    const cwd = temporaryFolder({ "fleet.yaml": "hosts:\n  - a\n  - { name: b, sluts: 1 }\n" });
    const { stderr } = await add(cwd, "x");
    expect(stderr).toMatch(/fleet\.yaml:3: hosts\[1\]\.sluts is not a key/);
  });

  test("writes through a symbolic link", async () => {
    const cwd = temporaryFolder({ "real.yaml": "hosts:\n  - a\n" });
    mkdirSync(path.join(cwd, "sub"));
    symlinkSync("../real.yaml", path.join(cwd, "sub/fleet.yaml"));
    await add(path.join(cwd, "sub"), "x", "--local");
    expect(readFileSync(path.join(cwd, "real.yaml"), "utf8")).toBe(
      "hosts:\n  - a\n  - name: x\n    local: true\n",
    );
    expect(existsSync(path.join(cwd, "sub/fleet.yaml"))).toBe(true);
  });
});
