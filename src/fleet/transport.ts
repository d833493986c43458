import type { Duplex, Readable, Writable } from "node:stream";
import type { Host } from "./host.ts";

/** A program that runs on a host, seen through its three pipes. */
export interface Channel {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** Settles when the program or the way to it has ended; never rejects. */
  closed: Promise<ChannelEnd>;
  /** Gives up the channel; the far side sees the end of its input. */
  destroy(): void;
}

export interface ChannelEnd {
  code?: number;
  signal?: string;
  /** Why the way to the host ended, when that is what ended. */
  error?: Error;
}

/** An authenticated way to one host. */
export interface Link {
  /**
   * Starts a program. Words are quoted for a POSIX shell where the way leads through a login shell; a text is given
   * to that shell as it is (hosts only: this machine has no shell in between).
   * May be called several times, one after the other and at once, as far as the host allows sessions.
   */
  exec(command: string | readonly string[]): Promise<Channel>;
  /** A TCP connection made from the far side. */
  tunnel(address: { host: string; port: number }): Promise<Duplex>;
  /** SFTP, where the means has it: for hosts without a POSIX shell. */
  files?: RemoteFiles;
  /** Ends the link and everything on it. Safe to call twice. */
  close(): void;
}

/** Paths are relative to the home folder, with `/`, on Windows too. */
export interface RemoteFiles {
  /** Makes the folders above it, writes under a temporary name, renames. */
  put(bytes: Uint8Array, remote: string): Promise<void>;
  /** SHA-256 of what lies there; undefined when there is nothing. */
  sha256(remote: string): Promise<string | undefined>;
}

/**
 * A means to reach hosts. `connect` throws a CaelumError that names the host and the step that failed; what it
 * returns is never shared between callers.
 */
export interface Transport {
  readonly name: "local" | "ssh2" | "openssh";
  connect(host: Host, signal: AbortSignal): Promise<Link>;
}
