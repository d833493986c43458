/** A machine of the fleet, as the fleet file and the defaults make it. */
export interface Host {
  /** Unique in the fleet; what people see. */
  name: string;
  /** `local`: this machine, without SSH. Otherwise an alias of ssh_config or `[user@]host[:port]`. */
  address: { type: "local" } | { type: "ssh"; target: string; configFile?: string };
  transport: "auto" | "ssh2" | "openssh";
  labels: readonly string[];
  /** Workers at once; undefined: as many as the host has cores. */
  slots?: number;
  /** For workers and commands on the host. */
  environment: Readonly<Record<string, string>>;
  /** Private key file, absolute. */
  identity?: string;
  /** What the host is, when it cannot be asked or should not be: `linux`, `mac`, `windows`. */
  platform?: "linux" | "mac" | "windows";
  /** Where the agent keeps its files on the host; undefined: the first suitable folder. */
  agentFolder?: string;
  /** Node on the host; undefined: looked for, and sent if there is none. */
  nodePath?: string;
  costPerHour?: number;
  /** No new work while the host's load per core is above this. */
  maxLoad?: number;
}

/** This machine as a host of the fleet. */
export const localHost: Host = {
  name: "local",
  address: { type: "local" },
  transport: "auto",
  labels: [],
  environment: {},
};
