import { spawn } from "node:child_process";
import type { Writable } from "node:stream";

/**
 * Ends the agent's children when the agent itself is killed, even by SIGKILL and even while a worker spins in
 * native code and cannot notice. A tiny shell in a session of its own holds the other end of a pipe; it is told
 * of each start and end, and when the pipe closes it kills the groups that are left.
 */
export class Reaper {
  #pipe: Writable | undefined;

  watch(pid: number): void {
    this.#pipe ??= startReaper();
    this.#pipe?.write(`+ ${pid}\n`);
  }

  unwatch(pid: number): void {
    this.#pipe?.write(`- ${pid}\n`);
  }
}

// Not `kill -9 -- -ID`: dash takes the two dashes for a process.
const script = [
  "trap '' HUP INT TERM",
  "p=' '",
  'while read -r op id; do case $op in +) p="$p$id ";; -) p="${p%% $id *} ${p#* $id }";; esac; done',
  'for id in $p; do kill -9 "-$id" 2>/dev/null; done',
].join("\n");

function startReaper(): Writable | undefined {
  const [program, args] =
    process.platform === "win32"
      ? [process.execPath, [process.argv[1] ?? "", "reaper"]]
      : ["/bin/sh", ["-c", script]];
  const reaper = spawn(program, args, {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    windowsHide: true,
  });
  // Without a reaper the children still end with their pipes; only a killed agent's spinning worker would stay.
  reaper.on("error", () => undefined);
  reaper.stdin.on("error", () => undefined);
  reaper.unref();
  // The pipe alone must not keep the agent alive.
  if ("unref" in reaper.stdin && typeof reaper.stdin.unref === "function") reaper.stdin.unref();
  return reaper.stdin;
}

/** The reaper's body where there is no POSIX shell. */
export function watchAndReap(): void {
  const pids = new Set<number>();
  let rest = "";
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const pid = Number(line.slice(2));
      if (line.startsWith("+")) pids.add(pid);
      else pids.delete(pid);
    }
  });
  process.stdin.on("close", () => {
    for (const pid of pids) {
      const tree = spawn("taskkill", ["/pid", String(pid), "/T", "/F"], {
        stdio: "ignore",
        windowsHide: true,
      });
      tree.on("error", () => undefined);
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended already.
      }
    }
  });
}
