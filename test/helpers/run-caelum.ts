import { mkdirSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { temporaryFolder } from "./temporary-folder.ts";

export const projectRoot = path.resolve(import.meta.dirname, "../..");
export const caelumBin = path.join(projectRoot, "bin/caelum.js");

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** As another user; root only. */
  readonly uid?: number;
}

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
}

/** Runs the built command line as a real process with its own empty home folder, and waits for it. */
export async function runCaelum(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { stdout, stderr, exitCode, signal } = await startCaelum(args, options);
  return { stdout, stderr, exitCode, signal };
}

/** The same, still running: for signals and streams. Settles, whatever the exit code. */
export function startCaelum(args: readonly string[], options: RunOptions = {}) {
  return execa(process.execPath, [caelumBin, ...args], {
    cwd: options.cwd ?? temporaryFolder(),
    env: { ...cleanEnvironment(), ...options.env },
    extendEnv: false,
    reject: false,
    // A test that sends a signal wants to see what that signal does.
    forceKillAfterDelay: false,
    stripFinalNewline: false,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    ...(options.input === undefined ? { stdin: "ignore" } : { input: options.input }),
  });
}

/** What a process needs and nothing of the person's: `HOME` is a new folder. */
export function cleanEnvironment(): Record<string, string> {
  const home = path.join(temporaryFolder(), "home");
  mkdirSync(home);
  return {
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
    HOME: home,
    NODE_COMPILE_CACHE: process.env["CAELUM_TEST_COMPILE_CACHE"] ?? "",
  };
}
