import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import path from "node:path";
import { type Host, localHost } from "#fleet";
import { eventually } from "../helpers/processes.ts";
import { LabLink } from "./lab-link.ts";

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
  /** How the client knows the host's key. */
  known?: "plain" | "hashed" | "authority" | "not";
  hostKeyType?: "ed25519" | "rsa";
  /** No authorized key: only a certificate of the lab's authority is let in. */
  userCertificate?: boolean;
}

/** Why there can be no lab here; undefined when there can. */
export function whyNoLab(): string | undefined {
  if (process.platform !== "linux") return "it needs Linux";
  if (sshdProgram() === undefined) return "sshd is missing: apt-get install openssh-server";
  if (spawnSync("bwrap", ["--dev-bind", "/", "/", "true"]).status !== 0) {
    return "bubblewrap is missing or not allowed: apt-get install bubblewrap";
  }
  return undefined;
}

/**
 * A throw-away fleet on this machine: each host is a real sshd in a mount namespace of its own (own home, /tmp and
 * /var/tmp), reached over loopback through a link that can fail. Needs no root; leaves nothing behind.
 */
export class Lab {
  readonly folder: string;
  readonly configFile: string;
  readonly #hosts = new Map<string, LabHost>();

  private constructor() {
    this.folder = realpathSync(mkdtempSync(path.join(tmpdir(), "caelum-lab-")));
    this.configFile = path.join(this.folder, "ssh_config");
    for (const name of ["user", "authority"]) makeKey(path.join(this.folder, name));
    // Beside the key it would be found by itself and used everywhere.
    signKey(this.folder, ["-I", "lab", "-n", userInfo().username], path.join(this.folder, "user.pub"));
  }

  static async start(hosts: Readonly<Record<string, Oddity>>): Promise<Lab> {
    const lab = new Lab();
    try {
      for (const [name, oddity] of Object.entries(hosts)) {
        lab.#hosts.set(name, await LabHost.start(lab.folder, name, oddity));
      }
      lab.#writeClientConfig();
      return lab;
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  /** The host as an entry of a fleet. */
  host(name: string, more: Partial<Host> = {}): Host {
    return {
      ...localHost,
      name,
      address: { type: "ssh", target: name, configFile: this.configFile },
      ...more,
    };
  }

  link(name: string): LabLink {
    return this.#get(name).link;
  }

  /** The host's home folder, seen from outside. */
  home(name: string): string {
    return this.#get(name).home;
  }

  /** Gives the host a new key, as somebody in between would; the client still knows the old one. */
  async replaceHostKey(name: string): Promise<void> {
    await this.#get(name).restartWithNewKey();
  }

  async stop(): Promise<void> {
    for (const host of this.#hosts.values()) await host.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #get(name: string): LabHost {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new Error(`the lab has no host ${name}`);
    return host;
  }

  #writeClientConfig(): void {
    const common = [
      "Host *",
      "  HostName 127.0.0.1",
      `  User ${userInfo().username}`,
      "  IdentitiesOnly yes",
      "  GlobalKnownHostsFile /dev/null",
      "  IdentityAgent none",
    ];
    const own = [...this.#hosts.values()].flatMap((host) => host.clientConfig());
    writeFileSync(this.configFile, [...own, ...common, ""].join("\n"));
  }
}

class LabHost {
  readonly link: LabLink;
  readonly home: string;
  readonly #name: string;
  readonly #oddity: Oddity;
  readonly #lab: string;
  readonly #folder: string;
  readonly #port: number;
  #sshd: ChildProcess | undefined;

  private constructor(lab: string, name: string, oddity: Oddity, port: number, link: LabLink) {
    this.#lab = lab;
    this.#name = name;
    this.#oddity = oddity;
    this.#folder = path.join(lab, name);
    this.home = path.join(this.#folder, "home");
    this.#port = port;
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
      `  Port ${this.link.port}`,
      `  UserKnownHostsFile ${path.join(this.#folder, "known_hosts")}`,
      `  IdentityFile ${key}`,
      ...(userCertificate === true ? [`  CertificateFile ${path.join(this.#lab, "certificate")}`] : []),
      ...ssh.map((line) => `  ${line}`),
    ];
  }

  async restartWithNewKey(): Promise<void> {
    await this.#stopSshd();
    makeKey(path.join(this.#folder, "hostkey"), this.#oddity.hostKeyType);
    await this.#startSshd();
  }

  async stop(): Promise<void> {
    await this.link.close();
    await this.#stopSshd();
  }

  #writeServerConfig(): void {
    const { sshd = [], known, userCertificate, busybox } = this.#oddity;
    const file = (name: string): string => path.join(this.#folder, name);
    if (known === "authority")
      signKey(this.#lab, ["-I", "host", "-h"], file("hostkey.pub"), file("hostkey-cert.pub"));
    if (busybox === true) {
      mkdirSync(file("bin"));
      spawnSync("busybox", ["--install", "-s", file("bin")]);
    }
    const lines = [
      `Port ${this.#port}`,
      "ListenAddress 127.0.0.1",
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
      "--dev-bind",
      "/",
      "/",
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
      "--ro-bind",
      path.join(this.#folder, "passwd"),
      "/etc/passwd",
      ...hidden.flatMap((file) => ["--ro-bind", "/dev/null", file]),
    ];
    const sshd = spawn(
      "bwrap",
      [...isolation, "--", sshdProgram() ?? "", "-D", "-e", "-f", path.join(this.#folder, "sshd_config")],
      {
        stdio: ["ignore", "ignore", "pipe"],
        cwd: "/",
      },
    );
    let said = "";
    sshd.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-2000)));
    this.#sshd = sshd;
    await eventually(`sshd of ${this.#name} listens (${said})`, async () => {
      if (sshd.exitCode !== null) throw new Error(`sshd of ${this.#name} ended: ${said}`);
      return LabLink.answers(this.#port);
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
    await eventually(`sshd of ${this.#name} has ended`, async () => !(await LabLink.answers(this.#port)));
  }

  #writeKnownHosts(): void {
    const { known = "plain" } = this.#oddity;
    const file = path.join(this.#folder, "known_hosts");
    const name = `[127.0.0.1]:${this.link.port}`;
    const entry = (key: string): string =>
      `${name} ${readFileSync(key, "utf8").split(" ").slice(0, 2).join(" ").trim()}\n`;
    writeFileSync(file, "");
    if (known === "authority")
      appendFileSync(file, `@cert-authority ${entry(path.join(this.#lab, "authority.pub"))}`);
    else if (known !== "not") appendFileSync(file, entry(path.join(this.#folder, "hostkey.pub")));
    if (known === "hashed") spawnSync("ssh-keygen", ["-q", "-H", "-f", file]);
  }
}

function sshdProgram(): string | undefined {
  return ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"].find((file) => existsSync(file));
}

function makeKey(file: string, type = "ed25519"): void {
  for (const old of [file, `${file}.pub`]) rmSync(old, { force: true });
  spawnSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "lab", "-f", file]);
}

/** Signs a public key with the lab's authority; the certificate lies in `target`. */
function signKey(
  lab: string,
  args: readonly string[],
  key: string,
  target = path.join(lab, "certificate"),
): void {
  const copy = path.join(lab, "to-sign.pub");
  writeFileSync(copy, readFileSync(key));
  spawnSync("ssh-keygen", ["-q", "-s", path.join(lab, "authority"), ...args, copy]);
  writeFileSync(target, readFileSync(path.join(lab, "to-sign-cert.pub")));
}
