import { execFileSync, spawnSync } from "node:child_process";
import type { Weather } from "./lab-lane.ts";

/** Why no host can have a network of its own here; undefined when it can. */
export function whyNoNetworks(): string | undefined {
  if (process.getuid?.() !== 0) return "network namespaces need root";
  for (const program of ["ip", "tc", "nft"]) {
    if (spawnSync(program, ["-V"]).error !== undefined)
      return `${program} is missing: apt-get install iproute2 nftables`;
  }
  const name = `caelum-try-${process.pid}`;
  const made = spawnSync("ip", ["netns", "add", name]).status === 0;
  spawnSync("ip", ["netns", "del", name]);
  return made ? undefined : "this machine lets nobody make network namespaces";
}

let made = 0;

/**
 * A host's own network: a namespace of the kernel's, and a cable to it that the kernel itself pulls, slows and makes
 * lossy, so that TCP behaves as it does on a bad line. Needs root.
 */
export class NetnsCable {
  readonly namespace: string;
  /** Of the host. */
  readonly address: string;
  readonly #near: string;

  constructor() {
    const number = made++;
    // Test files run at once, each in a process of its own.
    const subnet = `10.${100 + (process.pid % 100)}.${number % 250}`;
    this.namespace = `caelum-${process.pid}-${number}`;
    this.#near = `cl${process.pid}.${number}`;
    this.address = `${subnet}.2`;
    ip("netns", "add", this.namespace);
    ip("link", "add", this.#near, "type", "veth", "peer", "name", "eth0", "netns", this.namespace);
    ip("addr", "add", `${subnet}.1/30`, "dev", this.#near);
    ip("link", "set", this.#near, "up");
    this.#inside("addr", "add", `${this.address}/30`, "dev", "eth0");
    this.#inside("link", "set", "eth0", "up");
    this.#inside("link", "set", "lo", "up");
  }

  pull(): void {
    this.#inside("link", "set", "eth0", "down");
  }

  plug(): void {
    this.#inside("link", "set", "eth0", "up");
  }

  /** A delay needs a kernel with netem, which many have not: the relay of the lab plays it instead. */
  turn({ bytesPerSecond = 0, lossPart = 0 }: Partial<Pick<Weather, "bytesPerSecond" | "lossPart">>): void {
    for (const where of [[], ["-n", this.namespace]]) {
      const device = where.length === 0 ? this.#near : "eth0";
      spawnSync("tc", [...where, "qdisc", "del", "dev", device, "root"]);
      if (bytesPerSecond === 0) continue;
      const shape = ["tbf", "rate", `${bytesPerSecond * 8}bit`, "burst", "64kb", "latency", "200ms"];
      execFileSync("tc", [...where, "qdisc", "add", "dev", device, "root", ...shape]);
    }
    const lose = `numgen random mod 1000 < ${Math.round(lossPart * 1000)} counter drop`;
    const rules = [
      "flush ruleset",
      ...(lossPart === 0
        ? []
        : ["input", "output"].flatMap((way) => [
            "add table ip lab",
            `add chain ip lab ${way} { type filter hook ${way} priority 0; }`,
            `add rule ip lab ${way} ${lose}`,
          ])),
    ];
    execFileSync("ip", ["netns", "exec", this.namespace, "nft", "-f", "-"], { input: rules.join("\n") });
  }

  /** Packets that waited for their turn at the near end or were lost at the far end, since the weather was turned. */
  get hindered(): number {
    const queue = execFileSync("tc", ["-s", "qdisc", "show", "dev", this.#near], { encoding: "utf8" });
    const rules = execFileSync("ip", ["netns", "exec", this.namespace, "nft", "list", "ruleset"], {
      encoding: "utf8",
    });
    const counts = [...`${queue}${rules}`.matchAll(/(?:overlimits|packets) (\d+)/g)];
    return counts.reduce((sum, [, count]) => sum + Number(count), 0);
  }

  close(): void {
    spawnSync("ip", ["netns", "del", this.namespace]);
    spawnSync("ip", ["link", "del", this.#near]);
  }

  #inside(...words: string[]): void {
    ip("-n", this.namespace, ...words);
  }
}

function ip(...words: string[]): void {
  execFileSync("ip", words, { stdio: ["ignore", "ignore", "pipe"] });
}
