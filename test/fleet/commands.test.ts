import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Diagnosis, StepResult } from "#agents";
import { runtimeFor } from "../../src/agents/bootstrap/runtimes.ts";
import { hasProgram } from "../helpers/has-program.ts";
import { eventually, isAlive } from "../helpers/processes.ts";
import { caelumBin, projectRoot, type Ran, runCaelum, startCaelum } from "../helpers/run-caelum.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { Lab, whyNoLab } from "../lab/lab.ts";

const reason = whyNoLab();
if (reason !== undefined) process.stderr.write(`SKIPPED: commands over hosts are not tested: ${reason}\n`);

/** Mount options are root's. */
const canRemount = process.getuid?.() === 0;
if (!canRemount) process.stderr.write("SKIPPED: a host without a folder for programs needs root\n");

const sha = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

const ofHosts = <T>({ stdout }: Ran): (T & { host: string })[] =>
  (JSON.parse(stdout) as { hosts: (T & { host: string })[] }).hosts;
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

describe.skipIf(reason !== undefined)("caelum fleet", () => {
  let lab: Lab;
  let hung: Server;
  let file: string;
  const held = new Set<Socket>();

  beforeAll(async () => {
    lab = await Lab.start({
      plain: {},
      noisy: { noisy: true },
      busybox: { busybox: true },
      fish: { shell: "/usr/bin/fish" },
      full: { homeBytes: 1_000_000 },
      bare: { noNode: true },
      ...(canRemount
        ? { noexec: { noNode: true, shell: path.join(projectRoot, "test/fixtures/fleet/noexec-shell.sh") } }
        : {}),
      nologin: { shell: "/usr/sbin/nologin" },
      stranger: { known: "not" },
      hidden: { known: "not", ssh: ["HashKnownHosts yes"] },
      changed: {},
      certified: { userCertificate: true },
      vouched: { known: "authority" },
      behind: { ssh: ["ProxyJump plain"] },
    });
    await lab.replaceHostKey("changed");
    // It takes connections and says nothing, as a machine that is out of memory does.
    hung = createServer((socket) => {
      held.add(socket);
      socket.on("error", () => undefined);
    }).listen(0, "127.0.0.1");
    await once(hung, "listening");
    const { port } = hung.address() as { port: number };
    file = path.join(lab.folder, "fleet.yaml");
    writeFileSync(
      file,
      [
        `sshConfig: ${lab.configFile}`,
        "hosts: [plain, noexec, noisy, busybox, fish, full, bare, nologin, stranger, hidden, changed, certified, vouched, behind,",
        `  { name: wrong, ssh: certified, transport: ssh2, identity: ${path.join(lab.folder, "authority")} },`,
        `  { name: nothing, ssh: "127.0.0.1:1" }, { name: hung, ssh: "127.0.0.1:${port}" }, { name: here, local: true }]`,
        "groups: { good: [plain, noisy], odd: [fish, busybox] }",
      ].join("\n"),
    );
    putOwnNodeIntoCache(path.join(lab.folder, "cache"));
  }, 120_000);

  afterAll(async () => {
    for (const socket of held) socket.destroy();
    hung?.close();
    await lab?.stop();
  });

  const environment = (): Record<string, string> => ({ CAELUM_CACHE_DIR: path.join(lab.folder, "cache") });
  const fleet = (...args: string[]): Promise<Ran> =>
    runCaelum(["fleet", args[0] ?? "", "--fleet", file, ...args.slice(1)], { env: environment() });

  /** What a person sees who answers the question so. */
  const answer = async (text: string): Promise<string> => {
    const line = `"${process.execPath}" "${caelumBin}" fleet trust --fleet "${file}" hidden; echo "exit $?"`;
    const { stdout } = await execa("script", ["-qec", line, "/dev/null"], {
      env: environment(),
      input: text,
    });
    return stdout;
  };

  test("doctor walks to a working agent on every good host, and says what is odd", async () => {
    const names = "plain,noisy,busybox,fish,full,bare,certified,vouched,behind,here";
    const ran = await fleet("doctor", "--json", "--timeout", "30s", "--hosts", names);
    const found = ofHosts<Diagnosis>(ran);
    const step = (host: string, wanted: string): StepResult | undefined =>
      found.find((each) => each.host === host)?.steps.find((each) => each.step === wanted);
    expect(found.map(({ host, usable }) => [host, usable])).toEqual(
      names.split(",").map((name) => [name, true]),
    );
    expect(found[0]?.steps.map((each) => each.step)).toEqual(
      "resolve connect host-key authenticate shell folder exec space node agent throughput clock".split(" "),
    );
    expect(step("plain", "connect")?.detail).toMatch(/^SSH-2\.0-OpenSSH/);
    expect(step("plain", "throughput")?.detail).toMatch(/^[\d.]+ MB\/s up, [\d.]+ MB\/s down/);
    expect(step("plain", "clock")?.state).toBe("ok");
    expect(step("noisy", "shell")).toMatchObject({
      state: "warn",
      detail: expect.stringContaining("property of ACME"),
    });
    expect(step("full", "space")).toMatchObject({
      state: "warn",
      detail: expect.stringMatching(/caelum is full$/),
    });
    expect(step("bare", "node")?.detail).toMatch(/^absent; .* is sent$/);
    expect(step("vouched", "host-key")?.state).toBe("skipped");
    expect(step("behind", "resolve")?.detail).toMatch(/ through plain$/);
    expect(ran.exitCode).toBe(0);
    // What was put there to measure is gone again.
    expect(blobsOf("plain")).toEqual([]);
  });

  test("doctor names the step and the fix for everything that fails, and one hung host holds no other", async () => {
    const names = ["plain", "nologin", "stranger", "changed", "wrong", "nothing", "hung"];
    const ran = await fleet("doctor", "--json", "--timeout", "8s", ...names);
    const failures = ofHosts<Diagnosis>(ran).map(({ host, steps }) => {
      const failed = steps.find(({ state }) => state === "failed");
      return [host, failed?.step, failed?.code, failed?.hint];
    });
    expect(failures).toEqual([
      ["plain", undefined, undefined, undefined],
      ["nologin", "shell", "CAELUM_HOST_SESSION", matching(/^ssh -F \S+ nologin "echo ok" must print ok/)],
      ["stranger", "host-key", "CAELUM_HOST_KEY_UNKNOWN", "caelum fleet trust stranger"],
      [
        "changed",
        "host-key",
        "CAELUM_HOST_KEY_REFUSED",
        matching(/ssh-keygen -f \S+known_hosts -R '\[127\.0\.0\.1\]:\d+' \(\S+known_hosts:1 is in the way\)/),
      ],
      [
        "wrong",
        "authenticate",
        "CAELUM_HOST_AUTHENTICATION",
        matching(/^ssh-copy-id -i \S+authority\.pub -F \S+ certified/),
      ],
      [
        "nothing",
        "connect",
        "CAELUM_HOST_UNREACHABLE",
        matching(/^start sshd there, or name the right port/),
      ],
      ["hung", "connect", "CAELUM_HOST_SILENT", matching(/firewall/)],
    ]);
    expect(ran.exitCode).toBe(3);
  });

  test.skipIf(!canRemount)("doctor finds that no program may run where Node would have to go", async () => {
    const [diagnosis] = ofHosts<Diagnosis>(await fleet("doctor", "--json", "noexec"));
    expect(diagnosis?.steps.at(-1)).toMatchObject({
      step: "exec",
      state: "failed",
      hint: "install Node 20 or newer there, or set agentFolder to a folder without noexec",
    });
  });

  test("doctor for people is a row for each host and a line to try for each that fails", async () => {
    const { stdout, exitCode } = await fleet("doctor", "here", "nothing");
    expect(stdout).toMatch(
      /^host {5}usable {2}step {5}what was found\nnothing {2}no {6}connect {2}cannot be reached: .*\nhere {5}yes .*\n {2}nothing {2}try: .*\n\n1 of 2 hosts cannot be used\n$/,
    );
    expect(exitCode).toBe(3);
  });

  test("a name that nobody knows fails where names are resolved", async () => {
    const cwd = temporaryFolder({ "fleet.yaml": "hosts: [no-such-host.invalid]\n" });
    const ran = await runCaelum(["fleet", "doctor", "--json"], { cwd });
    const [diagnosis] = ofHosts<Diagnosis>(ran);
    expect(diagnosis?.steps.at(-1)).toMatchObject({ step: "resolve", state: "failed" });
    expect(diagnosis?.steps.at(-1)?.hint).toMatch(/HostName/);
  });

  test("facts and status tell of each host, and what fails on one is its own row", async () => {
    const facts = await fleet("facts", "plain", "fish", "nothing", "here");
    expect(facts.stdout).toMatch(/^plain +linux \w+ glibc [\d.]+ +\d+ /m);
    expect(facts.stdout).toMatch(/^nothing {2}connect: cannot be reached: .*ECONNREFUSED/m);
    expect(facts.exitCode).toBe(3);
    const status = await fleet("status", "--json", "plain", "busybox", "here");
    expect(ofHosts<object>(status)).toEqual([
      expect.objectContaining({
        host: "plain",
        current: true,
        agents: 1,
        running: [],
        cores: expect.any(Number),
      }),
      expect.objectContaining({ host: "busybox", running: [], load: expect.any(Number) }),
      expect.objectContaining({ host: "here", current: true }),
    ]);
    expect(status.exitCode).toBe(0);
  });

  test("exec runs everywhere, tells whose line it is, and its exit code says how it went", async () => {
    const all = await fleet("exec", "--hosts", "good,odd,here", "--", "echo", "a b", "$HOME", "*");
    expect(all.stdout.split("\n").sort()).toEqual(
      ["", "busybox", "fish   ", "here   ", "noisy  ", "plain  "].map((name) =>
        name === "" ? "" : `${name} | a b $HOME *`,
      ),
    );
    expect(all.exitCode).toBe(0);
    const failed = await fleet(
      "exec",
      "--hosts",
      "plain,here",
      "--shell",
      "--",
      "echo out; echo err >&2; exit 7",
    );
    expect(failed.stderr).toMatch(/^plain \| err$/m);
    expect(failed.stderr).toMatch(/^plain \| exit code 7 after/m);
    expect(failed.exitCode).toBe(1);
    const missing = await fleet("exec", "--hosts", "plain,nothing", "--", "no-such-program");
    expect(missing.stderr).toMatch(/^plain {3}\| .*no-such-program/m);
    expect(missing.stderr).toMatch(/^nothing \| cannot be reached: .*; try: caelum fleet doctor nothing$/m);
    expect(missing.exitCode).toBe(3);
  });

  test("exec gives no input, ends what takes too long, and as JSON tells each end", async () => {
    const ran = await fleet(
      "exec",
      "--json",
      "--timeout",
      "2s",
      "--hosts",
      "plain",
      "--shell",
      "--",
      "cat; echo done; sleep 1000",
    );
    const lines = ran.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(lines).toEqual([
      { type: "output", host: "plain", stream: "stdout", text: "done\n" },
      expect.objectContaining({ type: "exit", host: "plain", timedOut: true, signal: "SIGTERM" }),
    ]);
    expect(ran.exitCode).toBe(1);
  });

  test("exec passes megabytes on unharmed", async () => {
    const bytes = 20_000_000;
    const ran = await fleet("exec", "--hosts", "plain", "--shell", "--", `yes 0123456789 | head -c ${bytes}`);
    expect(ran.stdout.replaceAll("plain | ", "").length).toBe(bytes + 1);
    expect(ran.exitCode).toBe(0);
  });

  test("a host that is lost while its command runs is told, and the others end as they would", async () => {
    const running = startCaelum(
      [
        "fleet",
        "exec",
        "--json",
        "--fleet",
        file,
        "--hosts",
        "noisy,here",
        "--shell",
        "--",
        "echo up; sleep 3",
      ],
      { env: environment() },
    );
    let said = "";
    running.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await eventually("both commands run", () => said.split("\n").length > 2);
    lab.link("noisy").cut();
    expect((await running).exitCode).toBe(3);
    const ends = said
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; host: string; error?: { code: string } })
      .filter(({ type }) => type !== "output");
    expect(ends).toEqual([
      expect.objectContaining({ type: "unreachable", host: "noisy" }),
      expect.objectContaining({ type: "exit", host: "here", code: 0 }),
    ]);
    expect(ends[0]?.error?.code).toBe("CAELUM_SESSION_LOST");
  });

  test("ctrl-C ends the commands on the hosts", async () => {
    const running = startCaelum(
      [
        "fleet",
        "exec",
        "--json",
        "--fleet",
        file,
        "--hosts",
        "plain,fish,here",
        "--shell",
        "--",
        "echo $$; trap '' TERM; sleep 1000; sleep 1000",
      ],
      { env: environment() },
    );
    let said = "";
    running.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await eventually("all commands run", () => said.split("\n").length > 3);
    running.kill("SIGINT");
    const { exitCode, stderr } = await running;
    expect(stderr).toContain("cancelled by ctrl-C");
    expect(exitCode).toBe(130);
    const pids = said
      .trim()
      .split("\n")
      .map((line) => Number((JSON.parse(line) as { text: string }).text));
    expect(pids).toHaveLength(3);
    for (const pid of pids) await eventually(`${pid} has ended`, () => !isAlive(pid));
  });

  test("trust writes what was vouched for, and no other key", async () => {
    const known = path.join(lab.folder, "stranger/known_hosts");
    const other = `SHA256:${"a".repeat(43)}`;
    const refused = await fleet("trust", "--fingerprint", other, "stranger");
    expect(refused.exitCode).toBe(3);
    expect(readFileSync(known, "utf8")).toBe("");
    const key = /(SHA256:\S+)/.exec(refused.stdout)?.[1] ?? "";
    const hostKey = path.join(lab.folder, "stranger/hostkey.pub");
    expect(execFileSync("ssh-keygen", ["-lf", hostKey], { encoding: "utf8" })).toContain(key);
    const nobody = await fleet("trust", "changed", "--yes");
    expect(nobody.stdout).toMatch(/^changed {2}REFUSED/m);
    expect(nobody.stdout).toMatch(
      /known_hosts:1 is in the way; if the change is right: ssh-keygen -f \S+ -R /,
    );
    expect(nobody.exitCode).toBe(3);
    // The last line has lost its end, as some editors leave it.
    writeFileSync(known, "other ssh-ed25519 AAAA");
    const trusted = await fleet("trust", "--fingerprint", key, "stranger");
    expect(trusted.exitCode).toBe(0);
    expect(readFileSync(known, "utf8")).toMatch(
      /^other ssh-ed25519 AAAA\n\[127\.0\.0\.1\]:\d+ ssh-ed25519 \S+\n$/,
    );
    const again = await fleet("trust", "stranger");
    expect(again.stdout).toMatch(/^stranger {2}was known/m);
    expect((await fleet("exec", "--hosts", "stranger", "--", "true")).exitCode).toBe(0);
  });

  test.skipIf(!hasProgram("script"))(
    "trust shows the key and asks on the terminal; only yes is consent",
    async () => {
      const known = path.join(lab.folder, "hidden/known_hosts");
      expect(await answer("\n")).toMatch(
        /\+--\[ED25519 256\]--\+[^]*SHA256:\S+[^]*\[y\/N\][^]*not trusted[^]*exit 3/,
      );
      expect(readFileSync(known, "utf8")).toBe("");
      expect(await answer("yes\n")).toMatch(/is known now[^]*exit 0/);
      expect(readFileSync(known, "utf8")).toMatch(/^\|1\|\S+=\|\S+= ssh-ed25519 \S+\n$/);
      expect((await fleet("exec", "--hosts", "hidden", "--", "true")).exitCode).toBe(0);
    },
  );

  test("clean removes what is ours and old, with --all everything, and never what is not ours", async () => {
    const home = path.join(lab.home("plain"), ".cache/caelum");
    const old = { agent: sha("old"), blob: sha("old blob"), fresh: sha("fresh blob") };
    const write = (relative: string, hoursOld: number): void => {
      mkdirSync(path.dirname(path.join(home, relative)), { recursive: true });
      writeFileSync(path.join(home, relative), "x".repeat(10_000));
      const then = new Date(Date.now() - hoursOld * 3_600_000);
      utimesSync(path.join(home, relative), then, then);
    };
    write(`agent/${old.agent}.cjs`, 1);
    write("rt/node-linux-x64-20.0.0/node", 1);
    write(`blobs/${old.blob.slice(0, 2)}/${old.blob}`, 2);
    write(`blobs/${old.fresh.slice(0, 2)}/${old.fresh}`, 0);
    write(`tmp/${"a".repeat(24)}`, 48);
    write("work/project-0123456789ab/0/a.js", 1);
    write("work/theirs/a.js", 48);
    write("tmp/mine", 48);
    write("agent/notes.txt", 48);
    write("thesis.tex", 48);
    const before = filesBelow(home);
    const dry = await fleet("clean", "--dry-run", "plain");
    expect(dry.stdout).toMatch(
      /^host +would free +what\nplain +[\d.]+ kB +1 agent, 1 runtime, 1 blob, 1 workspace\n$/,
    );
    expect(filesBelow(home)).toEqual(before);
    expect((await fleet("clean", "plain")).exitCode).toBe(0);
    expect(filesBelow(home)).toEqual(
      before.filter(
        (name) =>
          !/node-linux|\/a{24}$/.test(name) && ![old.agent, old.blob].some((each) => name.includes(each)),
      ),
    );
    // What this version would use again is still there.
    expect((await fleet("status", "--json", "plain")).stdout).toContain('"current": true');
    await fleet("clean", "--all", "plain");
    expect(filesBelow(home)).toEqual(["agent/notes.txt", "thesis.tex", "tmp/mine", "work/theirs/a.js"]);
  });

  test("clean leaves a folder alone in which an agent works, and says so", async () => {
    const running = startCaelum(
      ["fleet", "exec", "--fleet", file, "--hosts", "fish,busybox", "--", "sleep", "1000"],
      {
        env: environment(),
      },
    );
    await eventually("the agents run", async () => {
      const found = ofHosts<{ running: number[] }>(await fleet("status", "--json", "fish", "busybox"));
      return found.every((each) => each.running.length === 1);
    });
    const busy = await fleet("clean", "--all", "fish", "busybox");
    expect(busy.stdout.match(/left alone: 1 agent of ours works there/g)).toHaveLength(2);
    expect(busy.exitCode).toBe(5);
    running.kill("SIGINT");
    await running;
    expect((await fleet("clean", "--all", "fish", "busybox", "full")).exitCode).toBe(0);
    expect(readdirSync(path.join(lab.home("fish"), ".cache"))).toEqual([]);
  });

  function blobsOf(name: string): string[] {
    return filesBelow(path.join(lab.home(name), ".cache/caelum/blobs"));
  }
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .sort();
}

/** The Node that runs these tests, in the place of the one that the registry would give: no test goes there. */
function putOwnNodeIntoCache(cache: string): void {
  const machine = execFileSync("uname", ["-m"], { encoding: "utf8" }).trim();
  const runtime = runtimeFor("Linux", machine, "glibc");
  if (runtime === undefined) throw new Error(`no runtime for ${machine}`);
  const folder = path.join(cache, "runtimes", runtime.id);
  mkdirSync(folder, { recursive: true });
  const node = readFileSync(process.execPath);
  writeFileSync(path.join(folder, "node.gz"), gzipSync(node, { level: 1 }));
  writeFileSync(path.join(folder, "sha256"), sha(node));
}
