import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** In the environment of everything that a runner starts: how those are found that leave their process group. */
export const marker = "CAELUM_TEST_PROCESS";

interface Found {
  pid: number;
  parent: number;
}

/**
 * Ends every process whose environment holds the mark, except `spared` and its descendants: daemons that tests forked.
 * Where the system shows no environments (Windows; programs that macOS protects) it finds nothing.
 */
export async function endMarked(mark: string, spared?: number): Promise<void> {
  // A process may fork while it is looked for.
  for (let round = 0; round < 5; round += 1) {
    const found = await marked(mark);
    const parents = new Map(found.map(({ pid, parent }) => [pid, parent]));
    const escaped = found.filter(({ pid }) => spared === undefined || !descends(pid, spared, parents));
    if (escaped.length === 0) return;
    for (const { pid } of escaped) killQuietly(pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function descends(pid: number, ancestor: number, parents: ReadonlyMap<number, number>): boolean {
  for (let current: number | undefined = pid; current !== undefined; current = parents.get(current)) {
    if (current === ancestor) return true;
  }
  return false;
}

async function marked(mark: string): Promise<Found[]> {
  if (process.platform === "linux") return markedInProc(mark);
  if (process.platform === "win32") return [];
  return markedByPs(mark);
}

function markedInProc(mark: string): Found[] {
  const wanted = Buffer.from(`${marker}=${mark}\0`);
  const found: Found[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${name}/environ`).includes(wanted)) continue;
      const stat = readFileSync(`/proc/${name}/stat`, "latin1");
      // The name of the program, in parentheses, may hold anything.
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state !== "Z") found.push({ pid: Number(name), parent: Number(parent) });
    } catch {
      // It ended meanwhile, or is another user's.
    }
  }
  return found;
}

function markedByPs(mark: string): Promise<Found[]> {
  return new Promise((resolve) => {
    execFile("ps", ["-axEww", "-o", "pid=,ppid=,command="], { maxBuffer: 64 << 20 }, (_error, stdout) => {
      const lines = stdout.split("\n").filter((line) => line.includes(`${marker}=${mark}`));
      const found = lines.map((line) => /^\s*(\d+)\s+(\d+)/.exec(line)).filter((match) => match !== null);
      resolve(found.map(([, pid, parent]) => ({ pid: Number(pid), parent: Number(parent) })));
    });
  });
}

/** Signals a process, or with a negative id its group; it may be gone already. */
export function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Nobody there.
  }
}
