import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { hasProgram } from "../helpers/has-program.ts";
import { connectMcp } from "../helpers/mcp/mcp-client.ts";
import { eventually, isAlive } from "../helpers/processes.ts";
import { caelumBin } from "../helpers/run-caelum.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const isRoot = process.getuid?.() === 0;
const canMount =
  hasProgram("unshare") &&
  spawnSync("unshare", ["-m", "sh", "-c", "mount -t tmpfs tmpfs /mnt"], { stdio: "ignore" }).status === 0;

const many = (count: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`src/m${i}.py`, `def f${i}(x):\n    return x + ${i}\n`]),
  );

/** Takes the last byte of a file system. */
function fill(file: string): void {
  for (const size of [100_000, 1000, 10, 1]) {
    try {
      for (;;) appendFileSync(file, Buffer.alloc(size));
    } catch {
      // There is no room for so much any more.
    }
  }
}

describe.skipIf(!canMount)("on a disk of its own that becomes full, the server", () => {
  const own = "own/fleet.yaml";

  /** A server whose cache, log and audit log lie on 3 MB of memory that only it sees; `disk` is the way there from outside. */
  async function onSmallDisk() {
    const folder = temporaryFolder({
      ...many(60),
      [own]: "hosts:\n  - name: here\n    local: true\n",
      "own/policy.yaml": "version: 1\nfleet_exec:\n  - command: [touch, '**']\n",
      "disk/.keep": "",
    });
    const disk = path.join(folder, "disk");
    const homes = { XDG_STATE_HOME: path.join(disk, "state"), XDG_CONFIG_HOME: path.join(disk, "config") };
    const connected = await connectMcp(path.join(folder, "src"), {
      args: ["--fleet", path.join(folder, own), "--policy", path.join(folder, "own/policy.yaml")],
      env: { ...homes, CAELUM_CACHE_DIR: path.join(disk, "cache") },
      before: ["unshare", "-m", "sh", "-c", `mount -t tmpfs -o size=3m tmpfs ${disk} && exec "$@"`, "sh"],
    });
    const verify = () =>
      spawnSync(
        "nsenter",
        [`--target=${connected.pid}`, "--mount", process.execPath, caelumBin, "audit", "verify"],
        { env: { ...process.env, ...homes }, encoding: "utf8" },
      );
    return { ...connected, folder, verify, disk: path.join(`/proc/${connected.pid}/root`, disk) };
  }

  it("goes on answering, does nothing that it cannot write down, and acts again when there is room", async () => {
    const { call, folder, disk, verify } = await onSmallDisk();
    const touch = async (name: string): Promise<string> =>
      (await call("fleet_exec", { command: ["touch", path.join(folder, name)] })).text;
    const edit = (at: number): void =>
      writeFileSync(path.join(folder, `src/m${at}.py`), `def edited_${at}(x):\n    return x * ${at}\n`);

    expect((await call("code_search", { query: "f7" })).text).toContain("m7.py:1-2");
    expect(await touch("before")).toContain("1 of 1 hosts succeeded");
    expect(existsSync(path.join(folder, "before"))).toBe(true);
    expect(readdirSync(path.join(disk, "state/caelum/audit"))).toHaveLength(1);

    fill(path.join(disk, "filler"));
    for (let at = 0; at < 20; at++) {
      edit(at);
      expect((await call("code_search", { query: `edited_${at}` })).text).toContain(`m${at}.py:1-2`);
      expect((await call("code_parse", { path: `m${at}.py` })).text).toContain(`function edited_${at}`);
    }
    for (const name of ["during-1", "during-2"]) {
      expect(await touch(name)).toContain("CAELUM_AUDIT");
      expect(existsSync(path.join(folder, name))).toBe(false);
    }

    rmSync(path.join(disk, "filler"));
    expect(await touch("after")).toContain("1 of 1 hosts succeeded");
    expect(existsSync(path.join(folder, "after"))).toBe(true);
    edit(30);
    expect((await call("code_search", { query: "edited_30" })).text).toContain("m30.py:1-2");
    // The log of before, with whatever the full disk took of its last line, and the one that goes on from it.
    expect(verify()).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("all is as it was written: 2 logs"),
    });
    const logs = path.join(disk, "state/caelum/audit");
    const written = readdirSync(logs).map((name) => readFileSync(path.join(logs, name), "utf8"));
    expect(written.join("")).toContain('"ends":{"here":"exit code 0"}');
  });

  it("answers, too, where there has never been any room, and ends in good order", async () => {
    const { call, client, pid, disk } = await onSmallDisk();
    fill(path.join(disk, "filler"));
    expect((await call("code_search", { query: "f7" })).text).toContain("m7.py:1-2");
    expect((await call("code_graph")).result.isError).toBeUndefined();
    expect((await call("vulnerability_scan")).result.isError).toBeUndefined();
    await client.close();
    await eventually("it has ended", () => !isAlive(pid));
  });
});

describe.skipIf(!isRoot || !hasProgram("setpriv"))("a user whom the system does not know", () => {
  it("without a home folder gets answers, and no permission from a folder that others can write to", async () => {
    const uid = 54_321;
    expect(() => execFileSync("getent", ["passwd", String(uid)])).toThrow();
    const folder = temporaryFolder({ ...many(3), "tmp/.keep": "" });
    for (const item of ["src", "tmp", "src/m0.py", "src/m1.py", "src/m2.py", "."])
      chownSync(path.join(folder, item), uid, uid);
    chmodSync(folder, 0o755);
    const { call, client, pid } = await connectMcp(path.join(folder, "src"), {
      uid,
      env: { TMPDIR: path.join(folder, "tmp") },
      unset: ["HOME", "USER", "LOGNAME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"],
    });
    expect(execFileSync("ps", ["-o", "uid=", "-p", String(pid)], { encoding: "utf8" }).trim()).toBe(
      String(uid),
    );
    expect((await call("code_search", { query: "f2" })).text).toContain("m2.py:1-2");
    expect((await call("code_parse", { path: "m1.py" })).text).toContain("function f1");
    expect((await call("code_analyze")).result.structuredContent).toMatchObject({ files: 3 });
    expect((await call("fleet_status")).text).toContain("there is no fleet here");
    const denied = await call("run_tests", { path: "." });
    expect(denied.text).toMatch(/CAELUM_(DENIED|AUDIT)/);
    await client.close();
    await eventually("it has ended", () => !isAlive(pid));
  });
});
