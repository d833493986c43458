import { execFile, spawn } from "node:child_process";
import { throwIfAborted } from "#kernel";
import { TreeError } from "../errors.ts";

/** Variables that point git at another repository or index than the folder's own; set inside hooks. */
export const misleading = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_PREFIX",
  "GIT_COMMON_DIR",
  "GIT_NAMESPACE",
];

/** A repository's own configuration may name a program as file system monitor: reading must not run it. */
const safely = ["-c", "core.fsmonitor=false", "-c", "core.quotepath=false"];

function gitEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" };
  for (const name of misleading) delete env[name];
  return env;
}

export interface GitAnswer {
  ok: boolean;
  /** Bytes, one character each. */
  text: string;
  /** Its first complaint. */
  complaint: string;
}

/** Runs git in a folder; `input`: bytes, one character each. Never rejects but for a CancelledError. */
export async function askGit(
  folder: string,
  args: readonly string[],
  { signal, input }: { signal?: AbortSignal | undefined; input?: string } = {},
): Promise<GitAnswer> {
  const options = {
    cwd: folder,
    env: gitEnvironment(),
    encoding: "latin1" as const,
    maxBuffer: Infinity,
    ...(signal === undefined ? {} : { signal }),
  };
  const answer = await new Promise<GitAnswer>((resolve) => {
    const child = execFile("git", [...safely, ...args], options, (error, stdout, stderr) => {
      resolve({ ok: error === null, text: stdout, complaint: complaintOf(error, stderr) });
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "", "latin1");
  });
  throwIfAborted(signal);
  return answer;
}

/** The same where there must be an answer. @throws TreeError with git's complaint */
export async function git(folder: string, args: readonly string[], options = {}): Promise<string> {
  const { ok, text, complaint } = await askGit(folder, args, options);
  if (!ok) throw new TreeError(`git ${args[0]} in "${folder}": ${complaint}`);
  return text;
}

/** Records of a `-z` output. */
export function records(text: string): string[] {
  const all = text.split("\0");
  all.pop();
  return all;
}

/** A git that answers questions on its stdin. */
export function startGit(folder: string, args: readonly string[]) {
  return spawn("git", [...safely, ...args], {
    cwd: folder,
    env: gitEnvironment(),
    stdio: ["pipe", "pipe", "ignore"],
  });
}

function complaintOf(error: Error | null, stderr: string): string {
  if (error === null) return "";
  if ("code" in error && error.code === "ENOENT") return "git is not installed";
  const [line] = Buffer.from(stderr, "latin1").toString("utf8").trim().split("\n", 1);
  return line ? line.replace(/^fatal: /, "") : error.message;
}
