import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { localFile } from "#agents";
import { type Host, localHost } from "#fleet";
import { helloLine } from "#protocol";
import { runtimeFor } from "../../../src/agents/bootstrap/runtimes.ts";
import { startRemoteAgent } from "../../../src/agents/bootstrap/start-remote.ts";
import { type Reply, scriptedLink } from "../../helpers/scripted-link.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

// What a real Windows host does with these commands is shown on the lab's host under Wine; here: the commands themselves.

const tower: Host = { ...localHost, name: "tower", address: { type: "ssh", target: "tower" } };
const node = Buffer.from("MZ this is node.exe");
const { signal } = new AbortController();

const shells: Readonly<Record<string, Reply>> = {
  cmd: {
    stderr:
      "'exec' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n",
    code: 1,
  },
  PowerShell: {
    stderr: "exec : The term 'exec' is not recognized as the name of a cmdlet, function, script file\r\n",
    code: 1,
  },
};

/** A Windows host: answers the probe, and runs what has been uploaded. */
function windowsHost(shell: Reply, broken = false) {
  const uploaded = new Map<string, Buffer>();
  const start = /^(\S+node\.exe) --max-semi-space-size=4 (\S+boot-\w+\.cjs) (\w+) ([0-9a-f]{64})$/;
  const has = (file: string): boolean => uploaded.has(file.replaceAll("\\", "/"));
  const link = scriptedLink(
    (command) => {
      const probe = /^cmd \/d \/c "echo (CAELUM1 \w+ WIN) %OS% %PROCESSOR_ARCHITECTURE%"$/.exec(command);
      if (probe !== null) return { stdout: `${probe[1] ?? ""} Windows_NT AMD64\r\n` };
      const [, program = "", boot = "", nonce = "", sha = ""] = start.exec(command) ?? [];
      if (nonce === "") return shell;
      if (!has(program) || !has(boot))
        return { stderr: "The system cannot find the path specified.\r\n", code: 1 };
      if (!has(`AppData/Local/caelum/agent/${sha}.cjs`)) return { stdout: `\r\nCAELUM1 ${nonce} STALE\r\n` };
      const facts = {
        protocols: [1],
        program: "/usr/bin/node",
        home: "/home/a/.cache/caelum/agent",
        compression: ["brotli"],
        pid: 4,
        platform: "win32",
        arch: "x64",
        cores: 8,
        memory: 1,
      };
      return { stdout: helloLine(nonce, { ...facts, node: "22.12.0" }), running: true };
    },
    {
      put: (bytes, remote) => {
        uploaded.set(remote, broken ? Buffer.from("half") : Buffer.from(bytes));
        return Promise.resolve();
      },
      sha256: (remote) => {
        const there = uploaded.get(remote);
        return Promise.resolve(there && createHash("sha256").update(there).digest("hex"));
      },
    },
  );
  return { link, uploaded };
}

async function agentFile() {
  const folder = temporaryFolder({ "agent.cjs": "the agent" });
  const runtime = runtimeFor("Windows_NT", "AMD64", "-")!;
  const cached = path.join(folder, "runtimes", runtime.id);
  mkdirSync(cached, { recursive: true });
  writeFileSync(path.join(cached, "node.gz"), gzipSync(node));
  writeFileSync(path.join(cached, "sha256"), createHash("sha256").update(node).digest("hex"));
  process.env["CAELUM_CACHE_DIR"] = folder;
  onTestFinished(() => void delete process.env["CAELUM_CACHE_DIR"]);
  return { agent: await localFile(path.join(folder, "agent.cjs")), runtime };
}

describe("a Windows host", () => {
  for (const [name, shell] of Object.entries(shells)) {
    test(`with ${name} as its shell is recognised, gets Node, boot file and agent by SFTP, and starts`, async () => {
      const { agent, runtime } = await agentFile();
      const { link, uploaded } = windowsHost(shell);
      expect((await startRemoteAgent(tower, link, agent, signal)).hello.platform).toBe("win32");
      expect([...uploaded.keys()].map((file) => file.replace(/boot-\w+/, "boot"))).toEqual([
        `AppData/Local/caelum/rt/${runtime.id}/node.exe`,
        "AppData/Local/caelum/boot.cjs",
        `AppData/Local/caelum/agent/${agent.sha}.cjs`,
      ]);
    });
  }

  test("that is named as such and has everything needs two commands, neither quoted nor long", async () => {
    const { agent } = await agentFile();
    const { link, uploaded } = windowsHost(shells["cmd"]!);
    await startRemoteAgent({ ...tower, platform: "windows" }, link, agent, signal);
    const sent = uploaded.size;
    link.commands.length = 0;
    await startRemoteAgent({ ...tower, platform: "windows" }, link, agent, signal);
    expect(uploaded.size).toBe(sent);
    expect(link.commands).toHaveLength(2);
    expect(link.commands[1]).toMatch(/^[\w\\.-]+ --[\w=-]+ [\w\\.-]+ \w+ \w+$/);
    for (const command of link.commands) expect(command.length).toBeLessThan(1000);
  });

  test("that has another version's agent gets only the new one", async () => {
    const { agent } = await agentFile();
    const { link, uploaded } = windowsHost(shells["cmd"]!);
    await startRemoteAgent(
      { ...tower, platform: "windows" },
      link,
      { ...agent, sha: "0".repeat(64) },
      signal,
    );
    const before = uploaded.get([...uploaded.keys()][0]!);
    await startRemoteAgent({ ...tower, platform: "windows" }, link, agent, signal);
    expect(uploaded.get([...uploaded.keys()][0]!)).toBe(before);
    expect([...uploaded.keys()]).toContain(`AppData/Local/caelum/agent/${agent.sha}.cjs`);
  });

  test("on which Node does not arrive whole is not started", async () => {
    const { agent } = await agentFile();
    const { link } = windowsHost(shells["cmd"]!, true);
    await expect(startRemoteAgent(tower, link, agent, signal)).rejects.toThrow(/did not arrive whole/);
  });
});

test("a host that is neither POSIX nor Windows is explained by what it said", async () => {
  const { agent } = await agentFile();
  const link = scriptedLink(() => ({ stdout: "% Invalid input detected\n", code: 1 }), undefined);
  await expect(startRemoteAgent(tower, link, agent, signal)).rejects.toThrow(
    /it said: % Invalid input detected/,
  );
});
