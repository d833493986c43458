import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { array, assert, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { type Action, decide, denyAll, loadPolicy, type Policy } from "#security";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const run = (words: readonly string[], hosts = ["desk"]): Action => ({
  kind: "fleet_exec",
  words,
  hosts,
  timeoutMs: 60_000,
});

const policyOf = (rule: Partial<Policy["fleet_exec"][number]> & { command: string[] }): Policy => ({
  ...denyAll,
  fleet_exec: [{ hosts: ["*"], maxSeconds: 600, env: {}, ask: false, ...rule }],
});

describe("a policy", () => {
  it("allows nothing that no rule names", () => {
    assert(
      property(array(string(), { minLength: 1 }), (words) => {
        expect(decide(denyAll, run(words)).effect).toBe("deny");
      }),
    );
  });

  it.each([
    [["git", "status"], ["git", "status"], true],
    [["git", "status"], ["git", "status", "--porcelain"], false],
    [["git", "status"], ["git"], false],
    [["git", "*"], ["git", "push"], true],
    [["git", "*"], ["git", "push", "--force"], false],
    [["git", "log", "**"], ["git", "log"], true],
    [["git", "log", "**"], ["git", "log", "-1", "--stat"], true],
    [["git", "log", "**"], ["git", "push"], false],
    [["ls", "/var/log/*"], ["ls", "/var/log/nginx"], true],
    [["ls", "/var/log/*"], ["ls", "/etc"], false],
    [["cat", "*.log"], ["cat", "a\nb.log"], true],
    [["a*b*c"], ["axbxc"], true],
    [["a*b*c"], ["axc"], false],
    [["ab*ba"], ["aba"], false],
    [["**"], ["anything", "at", "all"], true],
    [["GIT", "status"], ["git", "status"], false],
    [["g.t"], ["git"], false],
    [["uptime"], ["/tmp/uptime"], false],
  ])("with the pattern %j and the command %j: %j", (command, words, isAllowed) => {
    expect(decide(policyOf({ command }), run(words)).effect).toBe(isAllowed ? "allow" : "deny");
  });

  it("wants every host to be named by the rule", () => {
    const policy = policyOf({ command: ["uptime"], hosts: ["desk", "gpu-*"] });
    expect(decide(policy, run(["uptime"], ["desk", "gpu-1"])).effect).toBe("allow");
    expect(decide(policy, run(["uptime"], ["desk", "mini"])).effect).toBe("deny");
  });

  it("cuts the time to what the rule gives, and gives its environment", () => {
    const policy = policyOf({ command: ["uptime"], maxSeconds: 5, env: { LANG: "C" } });
    expect(decide(policy, run(["uptime"]))).toEqual({ effect: "allow", timeoutMs: 5000, env: { LANG: "C" } });
  });

  it("does not let commands pass for tests, nor tests for commands", () => {
    const action: Action = { kind: "run_tests", words: ["."], hosts: ["local"], timeoutMs: 1000 };
    expect(decide(policyOf({ command: ["**"] }), action).effect).toBe("deny");
  });
});

describe("a policy file", () => {
  it("that is not there allows nothing", async () => {
    expect(await loadPolicy(path.join(temporaryFolder(), "none.yaml"))).toEqual(denyAll);
  });

  it("is read with what it leaves out filled in", async () => {
    const folder = temporaryFolder({
      "p.yaml": "version: 1\nfleet_exec:\n  - command: [uptime]\n    ask: true\n",
    });
    const policy = await loadPolicy(path.join(folder, "p.yaml"));
    expect(decide(policy, run(["uptime"])).effect).toBe("ask");
  });

  it.each([
    ["version: 2", "version"],
    ["version: 1\nfleet_exec: [{ command: uptime }]", "command"],
    ["version: 1\nfleet_exec: [{ command: [] }]", "command"],
    ["version: 1\nallow: everything", "allow"],
    ["version: 1\nfleet_exec: [{ command: [a], env: { 'A=B': x } }]", "env"],
    ["[", "cannot be used"],
    ["", "cannot be used"],
  ])("that says %j is refused as a whole", async (text, named) => {
    const folder = temporaryFolder({ "p.yaml": text });
    await expect(loadPolicy(path.join(folder, "p.yaml"))).rejects.toThrow(named);
  });

  it.skipIf(process.platform === "win32")("that others may write to is refused", async () => {
    const file = path.join(temporaryFolder(), "p.yaml");
    writeFileSync(file, "version: 1\n");
    chmodSync(file, 0o666);
    await expect(loadPolicy(file)).rejects.toThrow(/others may write/);
  });
});
