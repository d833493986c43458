import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { Reaper } from "./reaper.ts";

const windows = process.platform === "win32";

/**
 * Every process the agent has started and not yet seen the end of. Each leads a process group of its own (POSIX),
 * so that ending it ends what it started; a reaper outside the agent does the same if the agent is killed.
 */
export class Children {
  readonly #alive = new Set<ChildProcess>();
  readonly #reaper = new Reaper();

  start(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    const child = spawn(program, args, { ...options, detached: !windows, windowsHide: true });
    const { pid } = child;
    if (pid === undefined) return child;
    this.#alive.add(child);
    this.#reaper.watch(pid);
    child.once("exit", () => {
      this.#alive.delete(child);
      // What it left behind in its group goes with it: nothing of ours may outlive its owner.
      killGroup(pid);
      this.#reaper.unwatch(pid);
    });
    return child;
  }

  kill(child: ChildProcess): void {
    if (child.pid === undefined || !this.#alive.has(child)) return;
    killGroup(child.pid);
    child.kill("SIGKILL");
  }

  killAll(): void {
    for (const child of this.#alive) this.kill(child);
  }
}

/** Asks a group to end (`SIGTERM`) or ends it. On Windows there is no asking. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (windows) killGroup(pid);
  else sendQuietly(-pid, signal);
}

function killGroup(pid: number): void {
  if (!windows) {
    sendQuietly(-pid, "SIGKILL");
    return;
  }
  // taskkill /T knows the tree by parent ids; where it fails the process itself is still in our own list.
  const tree = spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
  tree.on("error", () => undefined);
  tree.unref();
}

function sendQuietly(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // It has ended already.
  }
}
