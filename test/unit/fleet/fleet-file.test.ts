import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FleetFileError, parseFleet, selectHosts } from "#fleet";
import { projectRoot } from "../../helpers/run-caelum.ts";

function issuesOf(text: string): string[] {
  try {
    parseFleet(text, "fleet.yaml");
  } catch (error) {
    if (error instanceof FleetFileError) return error.message.split("\n");
    throw error;
  }
  return [];
}

describe("a fleet file", () => {
  test("of five lines is enough", () => {
    const text = [
      "sshConfig: ./ssh_config",
      "hosts:",
      "  - desk",
      "  - name: mini",
      "    ssh: build@mini.local:2222",
      "    labels: [mac]",
      "    slots: 8",
      "  - name: here",
      "    local: true",
    ].join("\n");
    const configFile = path.resolve("/p/ssh_config");
    expect(parseFleet(text, "/p/fleet.yaml").hosts).toEqual([
      {
        name: "desk",
        address: { type: "ssh", target: "desk", configFile },
        transport: "auto",
        labels: [],
        environment: {},
      },
      {
        name: "mini",
        address: { type: "ssh", target: "build@mini.local:2222", configFile },
        transport: "auto",
        labels: ["mac"],
        environment: {},
        slots: 8,
      },
      { name: "here", address: { type: "local" }, transport: "auto", labels: [], environment: {} },
    ]);
  });

  test("as in the example shows every key and is right", () => {
    const fleet = parseFleet(
      readFileSync(path.join(projectRoot, "fleet.example.yaml"), "utf8"),
      "/p/fleet.yaml",
    );
    expect(fleet.hosts.map((host) => host.name)).toEqual(["desk", "mini", "tower", "nas", "here"]);
    expect(fleet.hosts[1]).toMatchObject({
      identity: path.join(homedir(), ".ssh/id_fleet"),
      maxLoad: 0.8,
      slots: 8,
    });
    expect(fleet.hosts[2]?.environment).toEqual({ TZ: "UTC", MSYS: "1" });
  });

  test("lets a host's settings win over its groups' and these over the defaults, and adds up labels", () => {
    const text = [
      "defaults: { slots: 1, labels: [all], environment: { A: d, B: d } }",
      "groups: { g: { hosts: [x, y], slots: 2, labels: [g], environment: { B: g } } }",
      "hosts: [{ name: x, slots: 3, labels: [x] }, { name: y }, { name: z }]",
    ].join("\n");
    expect(
      parseFleet(text, "f").hosts.map(({ slots, labels, environment }) => ({ slots, labels, environment })),
    ).toEqual([
      { slots: 3, labels: ["all", "g", "x"], environment: { A: "d", B: "g" } },
      { slots: 2, labels: ["all", "g"], environment: { A: "d", B: "g" } },
      { slots: 1, labels: ["all"], environment: { A: "d", B: "d" } },
    ]);
  });

  test("that is wrong is told with file, line and path, all of it at once", () => {
    const text = [
      "hosts:",
      "  - name: a",
      "    slots: none",
      "  - name: a",
      "    sluts: 3",
      "  - ssh: -oProxyCommand=x",
      "    transport: telnet",
      "groups:",
      "  g: [nobody]",
    ].join("\n");
    expect(issuesOf(text)).toEqual([
      'fleet.yaml:3: hosts[0].slots must be number, not "none"',
      "fleet.yaml:5: hosts[1].sluts is not a key that is known here; did you mean slots?",
      'fleet.yaml:7: hosts[2].transport must be ("auto" | "ssh2" | "openssh"), not "telnet"',
    ]);
    const later =
      "hosts:\n  - a\n  - name: a\n  - ssh: -oProxyCommand=x\n  - { name: l, local: true, ssh: l }\ngroups:\n  g:\n    - nobody\n";
    expect(issuesOf(later)).toEqual([
      'fleet.yaml:3: hosts[1] is the second host named "a"',
      'fleet.yaml:4: hosts[2] "-oProxyCommand=x" is no SSH target',
      "fleet.yaml:5: hosts[3] is either `local` or reached by `ssh`",
      'fleet.yaml:8: groups.g[0] names no host of this file: "nobody"',
    ]);
    expect(issuesOf("hosts:\n  - [")[0]).toMatch(/^fleet\.yaml:2: /);
    expect(issuesOf("hosts: []")).toEqual(["fleet.yaml:1: hosts must name at least one host"]);
    expect(
      issuesOf("host: [a]\nhosts: [a]\ndefaults: { label: [x] }\ngroups: { g: { hosts: [a], zzzzzz: 1 } }"),
    ).toEqual([
      "fleet.yaml:3: defaults.label is not a key that is known here; did you mean labels?",
      "fleet.yaml:4: groups.g.zzzzzz is not a key that is known here",
      "fleet.yaml:1: host is not a key that is known here; did you mean hosts?",
    ]);
    expect(issuesOf("")).toHaveLength(1);
  });

  test("of any content gives hosts or a list of issues, never a defect", () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom("a", "hosts", "local", "- x", "[", ":", "&a", "*a", "!!js"),
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom("name", "ssh", "local", "hosts", "groups", "slots", "labels"),
          tie("value"),
          { maxKeys: 3 },
        ),
      ),
    })).value;
    const whole = fc.oneof(
      fc.record({ hosts: value, groups: value, defaults: value }).map((each) => JSON.stringify(each)),
      fc.string(),
    );
    fc.assert(
      fc.property(whole, (text) => {
        for (const issue of issuesOf(text)) expect(issue).toMatch(/^fleet\.yaml:\d+: ./);
      }),
      { numRuns: 300 },
    );
  });
});

describe("hosts are chosen", () => {
  const fleet = parseFleet(
    "hosts: [{ name: a, labels: [gpu] }, { name: b, labels: [gpu, mac] }, { name: c }]\ngroups: { g: [b, c] }",
    "f",
  );
  const names = (selection: Parameters<typeof selectHosts>[1]): string[] =>
    selectHosts(fleet, selection).map((host) => host.name);

  test("by name, group, label and exclusion, in the order of the file", () => {
    expect(names({})).toEqual(["a", "b", "c"]);
    expect(names({ hosts: ["c", "a"] })).toEqual(["a", "c"]);
    expect(names({ hosts: ["g"] })).toEqual(["b", "c"]);
    expect(names({ labels: ["gpu"] })).toEqual(["a", "b"]);
    expect(names({ labels: ["gpu", "mac"] })).toEqual(["b"]);
    expect(names({ hosts: ["a", "g"], exclude: ["b"] })).toEqual(["a", "c"]);
  });

  test("and an unknown name is told with those that exist", () => {
    expect(() => names({ hosts: ["d"] })).toThrow(
      expect.objectContaining({ hint: "it has a, b, c, g" }) as Error,
    );
  });
});
