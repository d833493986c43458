import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openSession, type Session } from "#agents";
import { type Host, shownHostKey, trustHostKey } from "#fleet";
import { ask, builtForTests } from "../helpers/local-session.ts";
import { putOwnNodeIntoCache } from "../helpers/own-node.ts";
import { eventually, isAlive } from "../helpers/processes.ts";
import { Lab, whyNoLab } from "../lab/lab.ts";

const reason = whyNoLab();
if (reason !== undefined) process.stderr.write(`SKIPPED: hosts over SSH are not tested: ${reason}\n`);

describe.skipIf(reason !== undefined)("hosts over SSH", () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.start({
      plain: {},
      noisy: { noisy: true, known: "hashed" },
      fish: { shell: "/usr/bin/fish" },
      mksh: { shell: "/bin/mksh" },
      dash: { shell: "/bin/dash", hostKeyType: "rsa" },
      busybox: { busybox: true },
      full: { homeBytes: 1_000_000 },
      narrow: { noNode: true, sshd: ["MaxSessions 1", "Subsystem none none"] },
      certified: { userCertificate: true },
      vouched: { known: "authority" },
      newest: { sshd: ["KexAlgorithms sntrup761x25519-sha512@openssh.com"] },
      stranger: { known: "not" },
      behind: { ssh: ["ProxyJump plain"] },
    });
    process.env["CAELUM_CACHE_DIR"] = path.join(lab.folder, "cache");
    putOwnNodeIntoCache(path.join(lab.folder, "cache"));
  }, 120_000);

  afterAll(async () => {
    delete process.env["CAELUM_CACHE_DIR"];
    await lab.stop();
  });

  for (const name of ["plain", "noisy", "fish", "mksh", "dash", "busybox", "full", "narrow"]) {
    for (const transport of ["ssh2", "openssh"] as const) {
      test(`${name} works through ${transport}, and again without sending anything`, async () => {
        const host = lab.host(name, { transport });
        await (await work(host)).close();
        const before = lab.link(name).bytes;
        await work(host);
        expect(lab.link(name).bytes - before).toBeLessThan(60_000);
      });
    }
  }

  for (const name of ["certified", "vouched", "newest"]) {
    test(`${name} is reached by auto through the system client, which ssh2 alone cannot`, async () => {
      const { agent } = await builtForTests();
      await expect(openSession(lab.host(name, { transport: "ssh2" }), { agent })).rejects.toMatchObject({
        exit: "fleet",
      });
      await work(lab.host(name));
    });
  }

  for (const transport of ["ssh2", "openssh"] as const) {
    test(`a host behind another is reached through it by ${transport}`, async () => {
      await work(lab.host("behind", { transport }));
    });
  }

  test("a host with a full home puts its agent where there is room", async () => {
    const session = await work(lab.host("full"));
    expect((await session.facts())["home"]).toMatch(/^\/var\/tmp\/caelum-/);
  });

  test("nothing of ours lies outside the agent's folder, and that is private", async () => {
    await work(lab.host("plain"));
    const home = lab.home("plain");
    expect(lab.faults("plain").homeFiles()).toEqual([".cache/caelum"]);
    expect(statSync(path.join(home, ".cache/caelum")).mode & 0o777).toBe(0o700);
  });

  test("an agent that was tampered with is replaced before it runs", async () => {
    const { agent } = await builtForTests();
    await (await work(lab.host("plain"))).close();
    const file = path.join(lab.home("plain"), ".cache/caelum/agent", `${agent.sha}.cjs`);
    writeFileSync(file, 'require("fs").writeFileSync(process.env.HOME + "/owned", "")');
    await work(lab.host("plain"));
    expect(createHash("sha256").update(readFileSync(file)).digest("hex")).toBe(agent.sha);
    expect(readdirSync(lab.home("plain"))).not.toContain("owned");
  });

  test("several clients that begin at once on a fresh host all work", async () => {
    const fresh = await Lab.start({ fresh: { noNode: true } });
    onTestFinished(() => fresh.stop());
    await Promise.all([1, 2, 3].map(() => work(fresh.host("fresh"))));
  });

  test("an unknown host key is refused by every means, with its fingerprint and the command that helps", async () => {
    const { agent } = await builtForTests();
    for (const transport of ["auto", "ssh2", "openssh"] as const) {
      await expect(openSession(lab.host("stranger", { transport }), { agent })).rejects.toMatchObject({
        code: "CAELUM_HOST_KEY_UNKNOWN",
        hint: "caelum fleet trust stranger",
      });
    }
  });

  test("a host whose key was vouched for is known from then on, and a changed key is not written", async () => {
    const { agent } = await builtForTests();
    const host = lab.host("stranger");
    const key = await shownHostKey(host, new AbortController().signal);
    expect(key).toMatchObject({ type: "ssh-ed25519", verdict: "unknown" });
    expect(key.fingerprint).toMatch(/^SHA256:/);
    await trustHostKey(key);
    await (await openSession(host, { agent, silenceMs: 20_000 })).close();
    await lab.replaceHostKey("stranger");
    const changed = await shownHostKey(host, new AbortController().signal);
    expect(changed.verdict).toBe("changed");
    await trustHostKey(changed);
    await expect(openSession(host, { agent })).rejects.toMatchObject({ code: "CAELUM_HOST_KEY_REFUSED" });
  });

  test("a changed host key is refused by every means", async () => {
    const { agent } = await builtForTests();
    await lab.replaceHostKey("mksh");
    for (const transport of ["auto", "ssh2", "openssh"] as const) {
      await expect(openSession(lab.host("mksh", { transport }), { agent })).rejects.toMatchObject({
        code: "CAELUM_HOST_KEY_REFUSED",
        data: { why: "changed" },
      });
    }
  });

  test("a key that the host does not take, and a port where nobody listens, are told apart", async () => {
    const { agent } = await builtForTests();
    const identity = path.join(lab.folder, "authority");
    const noKey = lab.host("dash", { identity });
    await expect(
      openSession({ ...noKey, transport: "openssh" }, { agent }).then((session) => session.close()),
    ).resolves.toBeUndefined();
    const stranger = lab.host("certified", { transport: "ssh2", identity });
    await expect(openSession(stranger, { agent })).rejects.toMatchObject({
      code: "CAELUM_HOST_AUTHENTICATION",
    });
    lab.link("fish").refuse(true);
    onTestFinished(() => lab.link("fish").refuse(false));
    await expect(openSession(lab.host("fish"), { agent })).rejects.toMatchObject({
      code: "CAELUM_HOST_UNREACHABLE",
    });
  });

  test("a cable that is pulled is noticed, and the host ends its agent by itself", async () => {
    const { agent, bundle } = await builtForTests();
    const session = await openSession(lab.host("plain"), { agent });
    const workers = await session.startWorkers({ bundle, slots: 1 });
    const pid = Number(await ask(workers, "pid"));
    const spinning = ask(workers, "spin");
    lab.link("plain").pull();
    onTestFinished(() => lab.link("plain").plug());
    await expect(spinning).rejects.toMatchObject({ code: "CAELUM_SESSION_LOST" });
    for (const each of [pid, session.hello.pid]) await eventually(`${each} has ended`, () => !isAlive(each));
  });

  test("a connection that is reset loses the session and nothing stays on the host", async () => {
    const { agent, bundle } = await builtForTests();
    const session = await openSession(lab.host("plain"), { agent });
    const workers = await session.startWorkers({ bundle, slots: 1 });
    const pid = Number(await ask(workers, "pid"));
    const command = await session.exec("sleep", ["1000"]);
    const spinning = expect(ask(workers, "spin")).rejects.toMatchObject({ code: "CAELUM_SESSION_LOST" });
    lab.link("plain").cut();
    await spinning;
    for (const each of [pid, session.hello.pid, command.pid])
      await eventually(`${each} has ended`, () => !isAlive(each));
  });

  test("content crosses compressed, once", async () => {
    const session = await work(lab.host("plain"));
    const bytes = Buffer.from("the same line of source code again and again\n".repeat(100_000));
    const blob = { sha: createHash("sha256").update(bytes).digest("hex"), bytes };
    const before = lab.link("plain").bytes;
    expect(await session.putBlobs([blob])).toEqual({ sent: 1, bytes: bytes.length });
    expect(lab.link("plain").bytes - before).toBeLessThan(bytes.length / 20);
    expect(await session.putBlobs([blob])).toEqual({ sent: 0, bytes: 0 });
    expect(Buffer.compare(await session.getBlob(blob.sha), bytes)).toBe(0);
  });

  test("one session carries what ssh allows ten of", async () => {
    const session = await work(lab.host("narrow"));
    const commands = await Promise.all(
      Array.from({ length: 20 }, (_, index) => session.exec("echo", [String(index)])),
    );
    const ends = await Promise.all(commands.map((command) => (command.stdout.resume(), command.exited)));
    expect(ends.every((end) => end.code === 0)).toBe(true);
  });
});

/** Opens, works, and is closed when the test ends. */
async function work(host: Host): Promise<Session> {
  const { agent, bundle } = await builtForTests();
  const session = await openSession(host, { agent, silenceMs: 20_000 });
  onTestFinished(() => session.close());
  const workers = await session.startWorkers({ bundle, slots: 2 });
  expect(await Promise.all([1, 2, 3, 4].map((each) => ask(workers, `echo ${each}`)))).toEqual([
    "1",
    "2",
    "3",
    "4",
  ]);
  return session;
}
