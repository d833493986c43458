import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface HostProcess {
  pid: number;
  parent: number;
  command: string;
}

/** Every process of a lab host, as seen from outside: those in the pid namespace of bubblewrap's child. */
export function processesOf(bubblewrap: number): HostProcess[] {
  const first = readProc(`${bubblewrap}/task/${bubblewrap}/children`).trim().split(" ")[0];
  const namespace = first === undefined || first === "" ? undefined : namespaceOf(first);
  if (namespace === undefined) return [];
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && namespaceOf(entry) === namespace)
    .flatMap((entry): HostProcess[] => {
      const [state = "", parent = "0"] = readProc(`${entry}/stat`).split(") ").at(-1)?.split(" ") ?? [];
      const command = readProc(`${entry}/cmdline`).replaceAll("\0", " ").trim();
      // What has ended and waits for its parent to notice does nothing any more.
      return state === "Z" || state === "" ? [] : [{ pid: Number(entry), parent: Number(parent), command }];
    });
}

/** Those that are there because of us: neither the host's init nor its sshd. */
export function oursAmong(processes: readonly HostProcess[]): HostProcess[] {
  return processes.filter(({ command }) => !/^bwrap |sshd/.test(command));
}

export function isAgent({ command }: HostProcess): boolean {
  return /\/node(?:js)? .*eval\(atob/.test(command) || /\.cjs [0-9a-f]{18} \//.test(command);
}

export function isWorker({ command }: HostProcess): boolean {
  return command.endsWith(" worker");
}

/** The program that runs tests there. */
export function isTestProgram({ command }: HostProcess): boolean {
  return command.includes(' -e const f=require("node:fs"),c=');
}

/** A runner with a driver of ours inside. */
export function isTestRunner({ command }: HostProcess): boolean {
  return /\/caelum-test-\w+\/slot-/.test(command) && !command.includes("caelum-warden");
}

/** The sshd that serves one connection, not the one that listens. */
export function isConnection({ command }: HostProcess): boolean {
  return /^sshd[^ ]*: /.test(command) && !command.includes("listener");
}

export function send(signal: NodeJS.Signals, processes: readonly HostProcess[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended in between.
    }
  }
}

function namespaceOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

function readProc(file: string): string {
  try {
    return readFileSync(`/proc/${file}`, "utf8");
  } catch {
    return "";
  }
}
