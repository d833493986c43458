import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { TreeMemory } from "./process-tree.ts";
import { undoAtEnd } from "./undo-at-end.ts";

export interface CommandRun {
  exitCode: number | null;
  wallMs: number;
  /** Looked at every 20 ms; undefined = not asked. */
  memory: TreeMemory | undefined;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Readonly<Record<string, string>>;
  /** The working folder, else that of this process. */
  cwd?: string;
  /** Looking at the tree costs a few per cent of one core: not for runs whose time counts. */
  watchMemory?: boolean;
  /** Standard output goes to this file instead of into `stdout`. */
  stdoutFile?: string;
  showStderr?: boolean;
  /** Ends the program at once; the call rejects. */
  signal?: AbortSignal;
  /** Called with what it says on standard error, piece by piece. */
  onStderr?: (text: string) => void;
  /** Called as soon as the process is there. */
  onStart?: (pid: number) => void;
}

/** Runs a program to its end. Never throws because of its exit code. */
export async function runCommand(
  file: string,
  args: readonly string[],
  {
    env = {},
    cwd,
    watchMemory = false,
    stdoutFile,
    showStderr = false,
    onStderr,
    onStart,
    signal,
  }: RunOptions = {},
): Promise<CommandRun> {
  const start = performance.now();
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal === undefined ? {} : { signal, killSignal: "SIGKILL" }),
  });
  const done = undoAtEnd(() => child.kill("SIGKILL"));
  if (child.pid !== undefined) onStart?.(child.pid);
  const memory = watchMemory && child.pid !== undefined ? new TreeMemory(child.pid) : undefined;
  const timer = memory && setInterval(() => memory.look(), 20);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  if (stdoutFile === undefined) child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  else child.stdout.pipe(createWriteStream(stdoutFile));
  child.stderr.on("data", (chunk: Buffer) => {
    stderr.push(chunk);
    if (showStderr) process.stderr.write(chunk);
    onStderr?.(chunk.toString("utf8"));
  });
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    const wallMs = performance.now() - start;
    return { exitCode, wallMs, memory, stdout: text(stdout), stderr: text(stderr) };
  } finally {
    done();
    clearInterval(timer);
  }
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString("utf8");
}
