import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { homedir, userInfo } from "node:os";
import path from "node:path";
import { eventually } from "../helpers/processes.ts";
import type { CpuQuota } from "./cpu-quota.ts";
import {
  type HostProcess,
  isAgent,
  isConnection,
  isWorker,
  oursAmong,
  processesOf,
  send,
} from "./host-processes.ts";
import { LabLink } from "./lab-link.ts";
import { NetnsCable } from "./netns-cable.ts";
import { makeKey, signKey, sshdProgram } from "./programs.ts";

/** What is odd about a host of the lab. */
export interface Oddity {
  /** Login shell. */
  shell?: string;
  /** Prints a banner at each login, on stdout and stderr. */
  noisy?: boolean;
  /** No Node anywhere. */
  noNode?: boolean;
  /** Only BusyBox's tools. */
  busybox?: boolean;
  /** The home folder is full after this many bytes. */
  homeBytes?: number;
  /** Further lines of sshd_config. */
  sshd?: readonly string[];
  /** Further lines of the client's ssh_config. */
  ssh?: readonly string[];
  /** A network namespace, which the kernel can cut off; needs root. */
  ownNetwork?: boolean;
  /** How the client knows the host's key. */
  known?: "plain" | "hashed" | "authority" | "not";
  hostKeyType?: "ed25519" | "rsa";
  /** Node's clock there is wrong by so much. */
  clockOffMs?: number;
  /** No authorized key: only a certificate of the lab's authority is let in. */
  userCertificate?: boolean;
}

const projectRoot = path.resolve(import.meta.dirname, "../..");

/** Each host has folders of its own in these places; a project that lies there must still be seen, for its Node. */
const isMasked = [homedir(), "/tmp", "/var/tmp", "/run"].some((folder) =>
  projectRoot.startsWith(`${folder}/`),
);

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
    mkdirSync(host.home, { recursive: true });
    makeKey(path.join(host.#folder, "hostkey"), oddity.hostKeyType);
    if (oddity.noisy === true) {
      writeFileSync(
        path.join(host.home, ".bashrc"),
        'echo "*** Welcome, property of ACME ***"; printf "\\033[31mred\\033[0m "; echo warn >&2\n',
      );
    }
    host.#writeServerConfig();
    await host.#startSshd();
    host.#writeKnownHosts();
    return host;
  }

  clientConfig(): string[] {
    const { ssh = [], userCertificate } = this.#oddity;
    const key = path.join(this.#lab, "user");
    return [
      `Host ${this.#name}`,
      `  HostName ${this.#address}`,
      `  Port ${this.#clientPort}`,
      `  UserKnownHostsFile ${path.join(this.#folder, "known_hosts")}`,
      `  IdentityFile ${key}`,
      ...(userCertificate === true ? [`  CertificateFile ${path.join(this.#lab, "certificate")}`] : []),
      ...ssh.map((line) => `  ${line}`),
    ];
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

  killWorkers(): void {
    send("SIGKILL", this.#processes().filter(isWorker));
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

  /** From now on all that runs there shares so much. */
  limitTo(quota: CpuQuota): void {
    quota.take(this.#processes().map(({ pid }) => pid));
  }

  /** What runs there because of us. */
  ours(): string[] {
    return oursAmong(this.#processes()).map(({ command }) => command);
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
    const found = readdirSync(this.home).filter((name) => !others.includes(name));
    return found.flatMap((name) =>
      name === ".cache" ? readdirSync(path.join(this.home, name)).map((inner) => `${name}/${inner}`) : [name],
    );
  }

  /** Where its sshd listens; a network of its own is reached without the relay. */
  get #address(): string {
    return this.#cable?.address ?? "127.0.0.1";
  }

  get #clientPort(): number {
    return this.#cable === undefined ? this.link.port : this.#port;
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
  }

  #writeServerConfig(): void {
    const { sshd = [], known, userCertificate, busybox, clockOffMs } = this.#oddity;
    const file = (name: string): string => path.join(this.#folder, name);
    if (known === "authority")
      signKey(this.#lab, ["-I", "host", "-h"], file("hostkey.pub"), file("hostkey-cert.pub"));
    if (busybox === true) {
      mkdirSync(file("bin"));
      spawnSync("busybox", ["--install", "-s", file("bin")]);
    }
    const clock = file("clock.cjs");
    if (clockOffMs !== undefined)
      writeFileSync(clock, `const now = Date.now; Date.now = () => now() + ${clockOffMs};\n`);
    const lines = [
      `Port ${this.#port}`,
      `ListenAddress ${this.#address}`,
      `HostKey ${file("hostkey")}`,
      ...(known === "authority" ? [`HostCertificate ${file("hostkey-cert.pub")}`] : []),
      "PidFile none",
      ...(userCertificate === true
        ? [`TrustedUserCAKeys ${file("authority.pub")}`, "AuthorizedKeysFile none"]
        : [`AuthorizedKeysFile ${file("authorized_keys")}`]),
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "UsePAM no",
      "StrictModes no",
      "PrintMotd no",
      "MaxStartups 100",
      ...(busybox === true ? [`SetEnv PATH=${file("bin")}`] : []),
      ...(clockOffMs === undefined ? [] : [`SetEnv NODE_OPTIONS=--require=${clock}`]),
      ...sshd,
      ...(sshd.some((line) => line.startsWith("Subsystem")) ? [] : ["Subsystem sftp internal-sftp"]),
    ];
    writeFileSync(file("sshd_config"), `${lines.join("\n")}\n`);
    for (const name of ["authority.pub", "user.pub"]) {
      const target = name === "user.pub" ? "authorized_keys" : name;
      writeFileSync(file(target), readFileSync(path.join(this.#lab, name)));
    }
    const shell = busybox === true ? path.join(file("bin"), "sh") : (this.#oddity.shell ?? "/bin/bash");
    const user = userInfo().username;
    const passwd = readFileSync("/etc/passwd", "utf8").replace(
      new RegExp(`^(${user}:.*:)[^:]*$`, "m"),
      (_, rest: string) => rest + shell,
    );
    writeFileSync(file("passwd"), passwd);
  }

  async #startSshd(): Promise<void> {
    const { homeBytes, noNode } = this.#oddity;
    const home =
      homeBytes === undefined
        ? ["--bind", this.home, homedir()]
        : ["--size", String(homeBytes), "--tmpfs", homedir()];
    const folders = (process.env["PATH"] ?? "").split(":").concat("/usr/local/bin", "/usr/bin", "/bin");
    const nodes = folders.map((folder) => path.join(folder, "node")).filter((file) => existsSync(file));
    const hidden = noNode === true ? [...new Set(nodes.map((file) => realpathSync(file)))] : [];
    const isolation = [
      "--die-with-parent",
      "--unshare-pid",
      "--dev-bind",
      "/",
      "/",
      "--proc",
      "/proc",
      ...home,
      "--tmpfs",
      "/tmp",
      "--tmpfs",
      "/var/tmp",
      "--tmpfs",
      "/run",
      "--dir",
      "/run/sshd",
      "--bind",
      this.#folder,
      this.#folder,
      ...(isMasked ? ["--ro-bind", projectRoot, projectRoot] : []),
      "--ro-bind",
      path.join(this.#folder, "passwd"),
      "/etc/passwd",
      ...hidden.flatMap((file) => ["--ro-bind", "/dev/null", file]),
    ];
    const listen = [sshdProgram() ?? "", "-D", "-e", "-f", path.join(this.#folder, "sshd_config")];
    const inside = ["bwrap", ...isolation, "--", ...listen];
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

  #writeKnownHosts(): void {
    const { known = "plain" } = this.#oddity;
    const file = path.join(this.#folder, "known_hosts");
    const name = `[${this.#address}]:${this.#clientPort}`;
    const entry = (key: string): string =>
      `${name} ${readFileSync(key, "utf8").split(" ").slice(0, 2).join(" ").trim()}\n`;
    writeFileSync(file, "");
    if (known === "authority")
      appendFileSync(file, `@cert-authority ${entry(path.join(this.#lab, "authority.pub"))}`);
    else if (known !== "not") appendFileSync(file, entry(path.join(this.#folder, "hostkey.pub")));
    if (known === "hashed") spawnSync("ssh-keygen", ["-q", "-H", "-f", file]);
  }
}
