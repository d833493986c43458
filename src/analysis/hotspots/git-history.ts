import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { throwIfAborted } from "#kernel";

/** What can be known of a folder's history before it is read. */
export type HistoryState =
  | { state: "none"; reason: string }
  | {
      state: "full" | "shallow" | "grafted";
      /** What the history looks like depends on this alone: commit, folder within the repository, cuts. */
      key: string;
      /** Whether git may compare contents to find renames: not where contents would have to be fetched. */
      hasContents: boolean;
    };

export interface Commit {
  /** Seconds since 1970, when it was committed. */
  at: number;
  /** Name and address as `.mailmap` has them; only the name is ever shown. */
  author: string;
  address: string;
  /** Paths below the folder, with `/`. `from`: the path before, when the commit renamed it. */
  files: { path: string; from?: string }[];
}

/** Variables that point git at another repository than the folder's own (set inside git hooks). */
const misleading = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_PREFIX",
  "GIT_COMMON_DIR",
  "GIT_NAMESPACE",
];

function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    GIT_OPTIONAL_LOCKS: "0",
    // A partial clone must not begin to fetch.
    GIT_NO_LAZY_FETCH: "1",
    TZ: "UTC",
    LC_ALL: "C",
  };
  for (const name of misleading) delete env[name];
  return env;
}

/** A repository's own configuration must neither run programs nor change the output. */
const safely = [
  "--no-pager",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "log.follow=false",
  "-c",
  "log.showSignature=false",
];

/** What git answers; undefined where it cannot. Throws a CancelledError. */
export async function askGit(
  folder: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const options = { cwd: folder, env: environment(), signal, maxBuffer: 1 << 24 };
    return (await promisify(execFile)("git", [...safely, ...args], options)).stdout;
  } catch {
    throwIfAborted(signal);
    return undefined;
  }
}

/** Asks git, and no file of its own, except for grafts, of which it says nothing. Throws a CancelledError. */
export async function historyState(folder: string, signal: AbortSignal): Promise<HistoryState> {
  const inside = await askGit(
    folder,
    ["rev-parse", "--is-shallow-repository", "--git-common-dir", "--show-prefix"],
    signal,
  );
  if (inside === undefined)
    return { state: "none", reason: "this is no git repository, or git cannot read it" };
  const [shallow = "", common = "", prefix = ""] = inside.split("\n");
  const head = (await askGit(folder, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], signal))?.trim();
  if (head === undefined || head === "") {
    const named = await askGit(folder, ["rev-parse", "--verify", "--quiet", "HEAD"], signal);
    const reason =
      named === undefined
        ? "the repository has no commit yet"
        : "the newest commit is missing from the repository; try git fsck";
    return { state: "none", reason };
  }
  const tracked = await askGit(folder, ["ls-files", "-z", "--", ":(top,literal)" + prefix], signal);
  if (tracked === undefined || tracked === "")
    return { state: "none", reason: "git does not track anything in this folder" };
  const replaced =
    (await askGit(folder, ["for-each-ref", "--format=%(objectname)", "refs/replace"], signal)) ?? "";
  const grafts = existsSync(path.join(path.resolve(folder, common), "info", "grafts"));
  const partial =
    (await askGit(folder, ["config", "--get-regexp", "^remote\\..*\\.promisor$"], signal)) ?? "";
  const state = shallow === "true" ? "shallow" : grafts || replaced !== "" ? "grafted" : "full";
  return { state, key: JSON.stringify([head, prefix, state, grafts, replaced]), hasContents: partial === "" };
}

/**
 * The commits that touched a folder, newest first, in one pass of `git log`; merges count only where they changed
 * something themselves. Yields as git writes, so a history of any length takes no memory.
 * Throws an Error when git fails, a CancelledError when it is to stop.
 */
export async function* readCommits(
  folder: string,
  hasContents: boolean,
  signal: AbortSignal,
): AsyncGenerator<Commit> {
  const format = "--format=tformat:%x01%ct%x02%aN%x02%aE%x03";
  const renames = hasContents ? ["-M", "-l400"] : ["--no-renames"];
  const args = ["HEAD", "--use-mailmap", ...renames, "--name-status", "-z", "--relative", format, "--", "."];
  yield* commitsOf(gitLog(folder, args, signal));
}

/** What `git log` writes, piece by piece. Throws an Error when git fails, a CancelledError when it is to stop. */
export async function* gitLog(
  folder: string,
  args: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  const always = ["log", "--no-notes", "--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-color"];
  const child = spawn("git", [...safely, ...always, ...args], {
    cwd: folder,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  let complaint = "";
  child.stderr
    .setEncoding("utf8")
    .on("data", (text: string) => (complaint += complaint.length < 2000 ? text : ""));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  // Whoever waits for the end hears of it; until then a failure is nobody's.
  ended.catch(() => undefined);
  try {
    yield* child.stdout.setEncoding("utf8") as AsyncIterable<string>;
    const code = await ended;
    if (code !== 0)
      throw new Error(`git log failed: ${complaint.trim().split("\n")[0] ?? `exit code ${code}`}`);
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    child.kill();
  }
}

/** Takes `git log -z --name-status` apart: headers of ours, states and paths, each ended by NUL. */
async function* commitsOf(chunks: AsyncIterable<string>): AsyncGenerator<Commit> {
  let rest = "";
  let commit: Commit | undefined;
  let status = "";
  let from: string | undefined;
  for await (const chunk of chunks) {
    const records = (rest + chunk).split("\0");
    rest = records.pop()!;
    for (let record of records) {
      if (record.startsWith("\x01")) {
        if (commit !== undefined) yield commit;
        const end = record.indexOf("\x03");
        const [at = "", author = "", address = ""] = record.slice(1, end).split("\x02");
        commit = { at: Number(at), author, address, files: [] };
        record = record.slice(end + 1);
        status = "";
        from = undefined;
      }
      if (record === "" || commit === undefined) continue;
      // An empty line stands between a header and what it is about.
      if (status === "") status = record.replace(/^\n/, "");
      else if (/^[RC]/.test(status) && from === undefined) from = record;
      else {
        // A copy leaves the original where it is.
        commit.files.push(
          from === undefined || status.startsWith("C") ? { path: record } : { path: record, from },
        );
        status = "";
        from = undefined;
      }
    }
  }
  if (commit !== undefined) yield commit;
}
