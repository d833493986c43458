import { existsSync, readdirSync } from "node:fs";

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
  /** Its processor is an arm64 one, as far as QEMU can be one. */
  arm64?: boolean;
  /** Every clock there is off by so much, as libfaketime writes it: `+1d`. */
  faketime?: string;
  /** No authorized key: only a certificate of the lab's authority is let in. */
  userCertificate?: boolean;
}

/** Absent where it is not installed. */
export const faketimeLibrary = readdirIfThere("/usr/lib")
  .map((machine) => `/usr/lib/${machine}/faketime/libfaketime.so.1`)
  .find((file) => existsSync(file));

function readdirIfThere(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
