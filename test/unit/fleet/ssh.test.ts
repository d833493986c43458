import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Host, localHost } from "#fleet";
import { UsageError } from "#kernel";
import { parseTarget, sshArguments } from "../../../src/fleet/ssh/arguments.ts";
import {
  hostKeyAlgorithms,
  judgeKey,
  knownKeys,
  parseKnownKeys,
} from "../../../src/fleet/ssh/known-hosts.ts";
import { classifyComplaint } from "../../../src/fleet/ssh/openssh-transport.ts";
import { jumpArguments } from "../../../src/fleet/ssh/proxy.ts";
import { commandLine } from "../../../src/fleet/ssh/quote.ts";
import { parseResolved, resolveHost } from "../../../src/fleet/ssh/resolve.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const sshHost = (target: string, more: Partial<Host> = {}): Host => ({
  ...localHost,
  name: "web",
  address: { type: "ssh", target },
  ...more,
});

const agent = (line: string): string | undefined =>
  parseResolved(`hostname h\n${line}`, sshHost("h"), "/sock").identityAgent;
const key = (type: string, content: string, marker: "" | "@revoked" | "@cert-authority" = "") => ({
  marker,
  type,
  key: content,
});
const kinds = (text: string): string => classifyComplaint("web", text).code;

describe("an SSH target", () => {
  test("may be an alias, have a user and a port, and be an IPv6 address", () => {
    expect(parseTarget("desk")).toEqual({ host: "desk" });
    expect(parseTarget("me@mini.local:2222")).toEqual({ host: "mini.local", user: "me", port: 2222 });
    expect(parseTarget("[2001:db8::1]:22")).toEqual({ host: "2001:db8::1", port: 22 });
  });

  test("is never an option, a command or a port that does not exist", () => {
    for (const target of ["", "-oProxyCommand=touch x", "-l@x", "a b", "x:0", "x:70000", "a@b@c"]) {
      expect(() => parseTarget(target)).toThrow(UsageError);
    }
    expect(sshArguments(sshHost("me@x:22"))).toEqual(["-l", "me", "-p", "22", "--", "x"]);
  });
});

describe("ssh -G", () => {
  test("resolves Include, Match, ProxyJump and tokens as ssh does", async () => {
    const folder = temporaryFolder({
      more: "Host *\n  UserKnownHostsFile /k1 /k2\n  IdentityFile /keys/id\n",
    });
    const configFile = path.join(folder, "config");
    const lines = [
      `Include ${folder}/more`,
      "Host web",
      "  HostName 192.0.2.7",
      "  Port 2222",
      "  ProxyJump a,b:22",
      "Match host 192.0.2.7",
      "  User deploy",
    ];
    writeFileSync(configFile, lines.join("\n"));
    const resolved = await resolveHost({
      ...sshHost("web"),
      address: { type: "ssh", target: "web", configFile },
    });
    expect(resolved).toMatchObject({
      hostname: "192.0.2.7",
      port: 2222,
      proxyJump: "a,b:22",
      user: "deploy",
      identityFiles: ["/keys/id"],
    });
    expect(resolved.knownHostsFiles.slice(0, 2)).toEqual(["/k1", "/k2"]);
  });

  test("knows where the agent is: unset, none, a variable, a path", () => {
    expect([
      agent(""),
      agent("identityagent none"),
      agent("identityagent SSH_AUTH_SOCK"),
      agent("identityagent /a b"),
    ]).toEqual(["/sock", undefined, "/sock", "/a b"]);
  });

  test("fills the tokens of a ProxyCommand, and a chain of jumps becomes -J and -W", () => {
    expect(
      parseResolved("hostname h\nport 7\nuser u\nproxycommand nc %h %p %r %%", sshHost("h"), undefined)
        .proxyCommand,
    ).toBe("nc h 7 u %");
    expect(jumpArguments(sshHost("h"), "a,b:22", "h", 7).slice(2)).toEqual([
      "-J",
      "a",
      "-W",
      "h:7",
      "--",
      "ssh://b:22",
    ]);
  });
});

describe("host keys", () => {
  test("are known, unknown, changed or revoked", () => {
    expect(judgeKey([], "A")).toBe("unknown");
    expect(judgeKey([key("ssh-ed25519", "A")], "A")).toBe("known");
    expect(judgeKey([key("ssh-ed25519", "B")], "A")).toBe("changed");
    expect(judgeKey([key("ssh-ed25519", "A"), key("ssh-ed25519", "A", "@revoked")], "A")).toBe("revoked");
    expect(judgeKey([key("ssh-ed25519", "C", "@cert-authority")], "A")).toBe("unknown");
  });

  test("of the kinds a host is known by are asked for first", () => {
    expect(hostKeyAlgorithms([key("ssh-rsa", "A")]).slice(0, 3)).toEqual([
      "rsa-sha2-512",
      "rsa-sha2-256",
      "ssh-ed25519",
    ]);
  });

  test("are found in plain and hashed files, with port and marker", async () => {
    const folder = temporaryFolder();
    const pair = path.join(folder, "key");
    spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", pair]);
    const [type = "", content = ""] = readFileSync(`${pair}.pub`, "utf8").split(" ");
    const file = path.join(folder, "known_hosts");
    writeFileSync(file, `[h.example]:2222 ${type} ${content}\n@revoked * ${type} ${content}\n`);
    spawnSync("ssh-keygen", ["-q", "-H", "-f", file]);
    const base = {
      user: "",
      identityFiles: [],
      certificateFiles: [],
      identitiesOnly: false,
      identityAgent: undefined,
    };
    const none = { proxyJump: undefined, proxyCommand: undefined, hostKeyAlias: undefined };
    const resolved = {
      ...base,
      ...none,
      hostname: "h.example",
      port: 2222,
      knownHostsFiles: [file, `${file}.absent`],
    };
    expect(await knownKeys(resolved)).toEqual(
      expect.arrayContaining([key(type, content), key(type, content, "@revoked")]),
    );
    expect(await knownKeys({ ...resolved, hostname: "other", knownHostsFiles: [] })).toEqual([]);
    expect(parseKnownKeys("# Host x found: line 1\nx ssh-rsa AAAA comment\n")).toEqual([
      key("ssh-rsa", "AAAA"),
    ]);
  });
});

test("what the system client says last is understood", () => {
  expect(
    kinds(
      "No ED25519 host key is known for [h]:1 and you have requested strict checking.\nHost key verification failed.",
    ),
  ).toBe("CAELUM_HOST_KEY_UNKNOWN");
  expect(
    kinds("@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nSHA256:abc\nHost key verification failed."),
  ).toBe("CAELUM_HOST_KEY_REFUSED");
  expect(kinds("me@h: Permission denied (publickey).")).toBe("CAELUM_HOST_AUTHENTICATION");
  expect(kinds("ssh: connect to host h port 1: Connection refused")).toBe("CAELUM_HOST_UNREACHABLE");
  expect(kinds("")).toBe("CAELUM_HOST_UNREACHABLE");
});

test("any words reach a POSIX shell as they were", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ maxLength: 20 }).filter((word) => !word.includes("\0")),
        { maxLength: 4 },
      ),
      (words) => {
        const script = "for word do printf '%s\\0' \"$word\"; done";
        const { stdout } = spawnSync("sh", ["-c", commandLine(["sh", "-c", script, "x", ...words])], {
          encoding: "utf8",
        });
        expect(stdout.split("\0").slice(0, -1)).toEqual(words);
      },
    ),
    { numRuns: 50 },
  );
});
