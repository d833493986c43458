import { execFile } from "node:child_process";
import type { GroupedProcess } from "../common/process.ts";

/** A machine that does not answer within this is stuck for other reasons. */
const patienceMs = 10_000;

/** Where the threads of the JVMs of tests in a hung group are: `jstack`, which comes with a JDK, asks them. */
export async function javaStacks(hung: GroupedProcess): Promise<string | undefined> {
  if (hung.pid === undefined || process.platform === "win32") return undefined;
  const listed = await output("ps", ["-eo", "pid=,pgid=,args="]);
  const machines = listed.split("\n").flatMap((line) => {
    const [, pid, group, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    const isTests =
      /\bjava\b.*(?:surefirebooter|ForkedBooter|GradleWorkerMain)/.test(command) &&
      !/^\S*sh -c/.test(command);
    return Number(group) === hung.pid && isTests ? [pid!] : [];
  });
  const told = await Promise.all(machines.map((pid) => output("jstack", [pid])));
  const stacks = told.map(ownThreads).filter((text) => text !== "");
  return stacks.length === 0 ? undefined : stacks.join("\n\n");
}

/** Threads that run somebody's code: those of the machine itself have no frames. */
function ownThreads(stacks: string): string {
  const blocks = stacks.split(/\n\s*\n/).filter((block) => block.startsWith('"') && /\n\s+at /.test(block));
  const main = blocks.filter((block) => block.startsWith('"main"'));
  return [...main, ...blocks.filter((block) => !main.includes(block))].join("\n\n");
}

function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: patienceMs, maxBuffer: 16 << 20 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
}
