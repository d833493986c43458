import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { type Host, localHost } from "#fleet";
import { sharedFolder } from "./isolation.ts";
import { LabHost } from "./lab-host.ts";
import type { Oddity } from "./oddity.ts";
import type { LabLink } from "./lab-link.ts";
import { makeKey, signKey } from "./programs.ts";

export { LabHost } from "./lab-host.ts";
export { faketimeLibrary, type Oddity } from "./oddity.ts";
export { whyNoNetworks } from "./netns-cable.ts";
export { whyNoLab } from "./programs.ts";

/**
 * A throw-away fleet on this machine: each host is a real sshd in a mount namespace of its own (own home, /tmp and
 * /var/tmp), reached over loopback through a link that can fail. Needs no root; leaves nothing behind.
 */
export class Lab {
  readonly folder: string;
  readonly configFile: string;
  /** What lies in this folder all hosts see under this name, and may write to. */
  readonly shared: string;
  readonly #hosts = new Map<string, LabHost>();

  private constructor() {
    this.folder = realpathSync(mkdtempSync(path.join(tmpdir(), "caelum-lab-")));
    this.configFile = path.join(this.folder, "ssh_config");
    this.shared = sharedFolder(this.folder);
    mkdirSync(this.shared);
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

  /** What can go wrong with it while it runs. */
  faults(name: string): LabHost {
    return this.#get(name);
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
      `  User ${userInfo().username}`,
      "  IdentitiesOnly yes",
      "  GlobalKnownHostsFile /dev/null",
      "  IdentityAgent none",
    ];
    const own = [...this.#hosts.values()].flatMap((host) => host.clientConfig());
    writeFileSync(this.configFile, [...own, ...common, ""].join("\n"));
  }
}
