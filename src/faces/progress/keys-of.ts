import { readFileSync } from "node:fs";

/** Where keys come from; undefined when nobody can press any. */
export function keysOf(stdin: NodeJS.ReadStream = process.stdin): NodeJS.ReadStream | undefined {
  return stdin.isTTY && inForeground() ? stdin : undefined;
}

/** A job in the background that changes the terminal's mode would be stopped by the kernel. */
function inForeground(): boolean {
  if (process.platform !== "linux") return true;
  try {
    // Behind the name, which may hold anything: state, parent, process group, session, terminal, its foreground group.
    const fields = readFileSync("/proc/self/stat", "latin1").split(") ").at(-1)!.split(" ");
    return fields[2] === fields[5];
  } catch {
    return true;
  }
}
