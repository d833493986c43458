import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { identityOf, staleGuard } from "../sync/host/slot-lock.ts";

/** In the environment of all that a host program starts. */
const mark = "CAELUM_TEST_HOST";

export interface Warden {
  /** To be put into the environment of everything that must not outlive us. */
  environment: Readonly<Record<string, string>>;
  /** All has ended in order. */
  dismiss(): void;
}

/**
 * Ends what a host program has started and removes its scratch folder and its locks, even if the program itself is killed: runners
 * are in process groups of their own. A shell in a session of its own waits on a pipe; when that closes it looks for
 * processes that carry our mark. On Windows, Node's processes end with the one that started them.
 */
export function startWarden(scratch: string, locks: readonly string[]): Warden {
  const id = randomUUID();
  const environment = { [mark]: id };
  if (process.platform === "win32") return { environment, dismiss: () => undefined };
  const warden = spawn(
    "/bin/sh",
    ["-c", script, "caelum-warden", `${mark}=${id}`, scratch, identityOf(process.pid), ...locks],
    {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
    },
  );
  // Without it, only a killed host program leaves something behind.
  warden.on("error", () => undefined);
  warden.stdin.on("error", () => undefined);
  warden.unref();
  if ("unref" in warden.stdin && typeof warden.stdin.unref === "function") warden.stdin.unref();
  return { environment, dismiss: () => void warden.stdin.end("done\n") };
}

// Processes may fork while they are looked for, hence the rounds.
const script = [
  "trap '' HUP INT TERM",
  'read -r word; test "$word" = done && exit 0',
  "for round in 1 2 3 4 5; do",
  "  found=",
  "  if test -d /proc/self; then",
  '    for p in /proc/[0-9]*; do grep -qzxF -e "$1" "$p/environ" 2>/dev/null && found="$found ${p#/proc/}"; done',
  "  else",
  "    found=$(ps -axEww -o pid=,command= | grep -F -e \"$1\" | grep -v grep | awk '{print $1}')",
  "  fi",
  '  test -z "$found" && break',
  '  for p in $found; do kill -9 "$p" 2>/dev/null; done',
  "  sleep 0.1",
  "done",
  'rm -rf -- "$2"; id=$3; shift 3',
  // Somebody else may have taken the slot over; whoever wants to has to hold the same guard.
  `for lock do ln -s warden "$lock${staleGuard}" 2>/dev/null || continue`,
  '  { readlink "$lock" || cat "$lock"; } 2>/dev/null | grep -qxF -e "$id" && rm -f -- "$lock"',
  `  rm -f -- "$lock${staleGuard}"`,
  "done",
].join("\n");
