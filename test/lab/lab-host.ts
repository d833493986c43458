import { type ChildProcess, spawn } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { eventually } from "../helpers/processes.ts";
import type { CpuQuota } from "./cpu-quota.ts";
import { ForeignMachine } from "./foreign-machine.ts";
import {
  type HostProcess,
  isAgent,
  isConnection,
  isTestProgram,
  isTestRunner,
  isWorker,
  oursAmong,
  processesOf,
  send,
} from "./host-processes.ts";
import { isolatedCommand, projectRoot } from "./isolation.ts";
import type { Weather } from "./lab-lane.ts";
import { LabLink } from "./lab-link.ts";
import { NetnsCable } from "./netns-cable.ts";
import type { Oddity } from "./oddity.ts";
import { makeKey, sshdProgram } from "./programs.ts";
import { clientConfig, type HostNames, writeKnownHosts, writeServerConfig } from "./ssh-files.ts";

/** One host of a lab, and the faults it can have. */
export class LabHost {
  readonly link: LabLink;
  readonly home: string;
  readonly #name: string;
  readonly #oddity: Oddity;
  readonly #lab: string;
  readonly #folder: string;
  readonly #port: number;
  readonly #cable: NetnsCable | undefined;
  #machine: ForeignMachine | undefined;
  #sshd: ChildProcess | undefined;

  private constructor(lab: string, name: string, oddity: Oddity, port: number, link: LabLink) {
    this.#lab = lab;
    this.#name = name;
    this.#oddity = oddity;
    this.#folder = path.join(lab, name);
    this.home = path.join(this.#folder, "home");
    this.#port = port;
    this.#cable = oddity.ownNetwork === true ? new NetnsCable() : undefined;
    this.link = link;
  }

  static async start(lab: string, name: string, oddity: Oddity): Promise<LabHost> {
    const port = await LabLink.freePort();
    const host = new LabHost(lab, name, oddity, port, await LabLink.to(port));
    if (oddity.arm64 === true) host.#machine = await ForeignMachine.start();
    mkdirSync(host.home, { recursive: true });
    makeKey(path.join(host.#folder, "hostkey"), oddity.hostKeyType);
    if (oddity.noisy === true) {
      writeFileSync(
        path.join(host.home, ".bashrc"),
        'echo "*** Welcome, property of ACME ***"; printf "\\033[31mred\\033[0m "; echo warn >&2\n',
      );
    }
    writeServerConfig(host.#names);
    await host.#startSshd();
    writeKnownHosts(host.#names);
    return host;
  }

  clientConfig(): string[] {
    return clientConfig(this.#names);
  }

  /** The network of a host that has its own. */
  get cable(): NetnsCable {
    if (this.#cable === undefined) throw new Error(`${this.#name} has no network of its own`);
    return this.#cable;
  }

  /** Every process stops where it is; the kernel still answers for them. */
  freeze(): void {
    send("SIGSTOP", this.#processes());
  }

  thaw(): void {
    send("SIGCONT", this.#processes());
  }

  /** Power is lost: silence, and nothing runs any more. */
  crash(): void {
    this.link.pull();
    // The first process of a pid namespace takes all others with it.
    send("SIGKILL", this.#processes());
  }

  async boot(): Promise<void> {
    await this.#startSshd();
    this.link.cut();
    this.link.plug();
  }

  /** The sshd processes of all connections are killed; what they had started is left to itself. */
  killConnections(): void {
    send("SIGKILL", this.#processes().filter(isConnection));
  }

  killAgents(): void {
    send("SIGKILL", this.#processes().filter(isAgent));
  }

  /** The sshd that listens answers nobody any more; connections that there are live on. */
  stopListener(): void {
    send("SIGSTOP", this.#listeners());
  }

  wakeListener(): void {
    send("SIGCONT", this.#listeners());
  }

  #listeners(): HostProcess[] {
    return this.#processes().filter(
      (one) => /sshd/.test(one.command) && !isConnection(one) && !one.command.startsWith("bwrap"),
    );
  }

  /** Not a byte is left in the home folder; `giveSpace` ends it. */
  fillHome(): void {
    const file = openSync(this.#filling, "w");
    const block = Buffer.alloc(64 * 1024);
    try {
      for (;;) writeSync(file, block);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    } finally {
      closeSync(file);
    }
  }

  giveSpace(): void {
    rmSync(this.#filling, { force: true });
  }

  get #filling(): string {
    return path.join(this.#homeInside, "filling");
  }

  /** It may be a file system of its own, which is seen from inside only. */
  get #homeInside(): string {
    const init = this.#processes()[0];
    return init === undefined ? this.home : path.join("/proc", String(init.pid), "root", homedir());
  }

  killWorkers(): void {
    send("SIGKILL", this.#processes().filter(isWorker));
  }

  killTestPrograms(): void {
    send("SIGKILL", this.#processes().filter(isTestProgram));
  }

  killTestRunners(): void {
    send("SIGKILL", this.#processes().filter(isTestRunner));
  }

  /** Another key from now on, without an end of what is connected. */
  changeKey(): void {
    makeKey(path.join(this.#folder, "hostkey"), this.#oddity.hostKeyType);
    // sshd reads its files again.
    send(
      "SIGHUP",
      this.#processes()
        .filter(({ command }) => command.includes("sshd") && !command.startsWith("bwrap"))
        .slice(0, 1),
    );
  }

  /** The client knows the key that there is now. */
  makeKnown(): void {
    writeKnownHosts(this.#names);
  }

  /** Bad weather on the way there: the kernel's where it has a network of its own, else played by the relay. */
  turn(weather: Pick<Partial<Weather>, "bytesPerSecond" | "lossPart">): void {
    (this.#cable ?? this.link).turn(weather);
  }

  /** What the weather has held back or lost since it was turned. */
  get hindered(): number {
    return (this.#cable ?? this.link).hindered;
  }

  /** From now on all that runs there shares so much. */
  limitTo(quota: CpuQuota): void {
    quota.take(this.#processes().map(({ pid }) => pid));
  }

  /** What runs there because of us. */
  ours(): string[] {
    return oursAmong(this.#processes()).map(({ command }) => command);
  }

  /** The most memory an agent there has had resident so far, bytes; 0 when none runs. */
  agentBytes(): number {
    const peaks = this.#processes()
      .filter(isAgent)
      .map(({ pid }) => {
        try {
          return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
        } catch {
          // It ended in between.
          return 0;
        }
      });
    return Math.max(0, ...peaks) * 1024;
  }

  /** What lies in the folders anybody may write to, by path. */
  strayFiles(): string[] {
    const init = this.#processes()[0];
    if (init === undefined) return [];
    const found = ["/tmp", "/var/tmp"].flatMap((folder) =>
      readdirSync(path.join("/proc", String(init.pid), "root", folder)).map((name) => `${folder}/${name}`),
    );
    // The lab itself lies among the temporary files, and this project may.
    return found.filter((file) => !this.#lab.startsWith(file) && !projectRoot.startsWith(`${file}/`));
  }

  /** What lies in the home folder, but for what the lab put there and what fish makes at its first start. */
  homeFiles(): string[] {
    const others = [
      ".bashrc",
      // Where this project lies in the home folder, the way to it does.
      path.relative(homedir(), projectRoot).split(path.sep)[0] ?? "",
      ...(this.#oddity.shell?.endsWith("fish") === true ? [".config", ".local"] : []),
    ];
    const home = this.#homeInside;
    const found = readdirSync(home).filter((name) => !others.includes(name));
    return found.flatMap((name) =>
      name === ".cache" ? readdirSync(path.join(home, name)).map((inner) => `${name}/${inner}`) : [name],
    );
  }

  /** Where its sshd listens; a network of its own is reached without the relay. */
  get #address(): string {
    return this.#cable?.address ?? "127.0.0.1";
  }

  get #clientPort(): number {
    return this.#cable === undefined ? this.link.port : this.#port;
  }

  get #names(): HostNames {
    return {
      lab: this.#lab,
      name: this.#name,
      folder: this.#folder,
      address: this.#address,
      port: this.#port,
      clientPort: this.#clientPort,
      oddity: this.#oddity,
    };
  }

  #processes(): HostProcess[] {
    return this.#sshd?.pid === undefined ? [] : processesOf(this.#sshd.pid);
  }

  async restartWithNewKey(): Promise<void> {
    await this.#stopSshd();
    makeKey(path.join(this.#folder, "hostkey"), this.#oddity.hostKeyType);
    await this.#startSshd();
  }

  async stop(): Promise<void> {
    await this.link.close();
    await this.#stopSshd();
    this.#cable?.close();
    this.#machine?.close();
  }

  async #startSshd(): Promise<void> {
    const listen = [sshdProgram() ?? "", "-D", "-e", "-f", path.join(this.#folder, "sshd_config")];
    const isolated = isolatedCommand(listen, { ...this.#oddity, folder: this.#folder, home: this.home });
    const inside = this.#machine?.around(isolated) ?? isolated;
    const [program = "", ...args] =
      this.#cable === undefined ? inside : ["ip", "netns", "exec", this.#cable.namespace, ...inside];
    const sshd = spawn(program, args, {
      stdio: ["ignore", "ignore", "pipe"],
      cwd: "/",
    });
    let said = "";
    sshd.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-2000)));
    this.#sshd = sshd;
    await eventually(`sshd of ${this.#name} listens (${said})`, async () => {
      if (sshd.exitCode !== null) throw new Error(`sshd of ${this.#name} ended: ${said}`);
      return LabLink.answers(this.#port, this.#address);
    });
  }

  async #stopSshd(): Promise<void> {
    const sshd = this.#sshd;
    if (sshd === undefined || sshd.exitCode !== null || sshd.signalCode !== null) return;
    const ended = new Promise((resolve) => {
      sshd.once("exit", resolve);
    });
    sshd.kill("SIGKILL");
    await ended;
    await eventually(
      `sshd of ${this.#name} has ended`,
      async () => !(await LabLink.answers(this.#port, this.#address)),
    );
  }
}
