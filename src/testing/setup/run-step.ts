import { spawn } from "node:child_process";
import path from "node:path";
import { findProgram, startable, variable } from "../runners/common/programs.ts";
import type { SetupStep } from "./step.ts";

/** Of what a step prints, so much of the end is kept. */
const outputKept = 20_000;
const versionPatienceMs = 20_000;

export interface StepEnd {
  ok: boolean;
  /** Why not, in a phrase. */
  message: string;
  /** The last of what it printed. */
  output: string;
}

type Environment = Readonly<Record<string, string>>;

/** Runs it in a slot. Whatever it started ends with it. */
export async function runStep(
  step: SetupStep,
  root: string,
  env: Environment,
  signal: AbortSignal,
): Promise<StepEnd> {
  const cwd = path.join(root, ...step.folder.split("/"));
  const { command } = step;
  if ("program" in command) {
    const found = findProgram(command.program, env);
    if (found === undefined) return { ok: false, message: `${command.program} is not there`, output: "" };
    const start = startable(found, command.args);
    return run(start.program, start.args, {
      cwd,
      env,
      signal,
      timeoutMs: step.timeoutMs,
      verbatim: start.verbatim,
    });
  }
  const [program, args, verbatim] =
    process.platform === "win32"
      ? [variable(env, "ComSpec") ?? "cmd.exe", ["/d", "/s", "/c", `"${command.shell}"`], true]
      : ["/bin/sh", ["-c", command.shell], false];
  return run(program, args, { cwd, env, signal, timeoutMs: step.timeoutMs, verbatim });
}

/** First line of what a program says about its version; empty where it cannot be started. */
export async function versionOf(
  { program, args }: { program: string; args: readonly string[] },
  root: string,
  env: Environment,
): Promise<string> {
  const found = findProgram(program, env);
  if (found === undefined) return "";
  const start = startable(found, args);
  const options = {
    cwd: root,
    env,
    timeoutMs: versionPatienceMs,
    signal: new AbortController().signal,
    verbatim: start.verbatim,
  };
  const { ok, output } = await run(start.program, start.args, options);
  return ok ? (output.trim().split("\n", 1)[0] ?? "") : "";
}

interface RunOptions {
  cwd: string;
  env: Environment;
  signal: AbortSignal;
  timeoutMs: number;
  verbatim: boolean;
}

function run(program: string, args: readonly string[], options: RunOptions): Promise<StepEnd> {
  const { cwd, env, signal, timeoutMs, verbatim } = options;
  return new Promise((resolve) => {
    const child = spawn(program, [...args], {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
      windowsVerbatimArguments: verbatim,
    });
    let output = "";
    let ending: string | undefined;
    const keep = (bytes: Buffer): void => {
      output = (output + bytes.toString("utf8")).slice(-outputKept);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const end = (why: string): void => {
      ending ??= why;
      killTree(child.pid);
    };
    const timer = setTimeout(() => end(`it took longer than ${timeoutMs / 1000} s`), timeoutMs);
    const abort = (): void => end("it was cancelled");
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    const settle = (ok: boolean, message: string): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      // A background process that it left must not work on the tree any more.
      killTree(child.pid);
      resolve({ ok: ok && ending === undefined, message: ending ?? message, output });
    };
    child.once("error", (error) => settle(false, error.message));
    child.once("exit", (code, ended) => {
      // What was printed last may still be in the pipes; a daemon may hold them open for ever.
      const drained = setTimeout(
        () => settle(code === 0, `it ended with ${ended ?? `exit code ${code}`}`),
        200,
      );
      child.once("close", () => {
        clearTimeout(drained);
        settle(code === 0, `it ended with ${ended ?? `exit code ${code}`}`);
      });
    });
  });
}

function killTree(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    if (process.platform === "win32")
      spawn("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore" });
    else process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended, and all of its group.
  }
}
