import { throwIfAborted } from "#kernel";
import { askGit, misleading } from "../sync/tree/run-git.ts";
import { HookError } from "./install/repository.ts";
import type { PushedRef } from "./pushed-refs.ts";

/** Top of the work tree. @throws HookError outside of one */
export async function findRoot(cwd: string): Promise<string> {
  const { ok, text, complaint } = await askGit(cwd, ["rev-parse", "--show-toplevel"]);
  if (!ok) throw new HookError(`"${cwd}" is in no git work tree: ${complaint}`);
  return Buffer.from(text, "latin1")
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

const nothing = "0".repeat(40);

/** A revision as if it were pushed to the branch of that name. */
export async function refOf(root: string, revision: string, remote: string): Promise<PushedRef[]> {
  const { ok, text } = await askGit(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", revision]);
  return ok ? [{ local: revision, localId: text.trim(), remote, remoteId: nothing }] : [];
}

/** What `git push` with these arguments would push: git itself is asked, without its hooks. @throws HookError */
export async function refsOfPush(
  cwd: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<PushedRef[]> {
  const { ok, text, complaint } = await askGit(
    cwd,
    ["push", "--dry-run", "--no-verify", "--porcelain", ...args],
    { signal },
  );
  throwIfAborted(signal);
  const lines = text.split("\n").flatMap((line) => {
    const [, flag, local, remote] = /^([ +*!=-])\t([^:\t]*):([^\t]+)\t/.exec(line) ?? [];
    return flag === undefined || local === undefined || remote === undefined ? [] : [{ flag, local, remote }];
  });
  if (!ok && lines.length === 0) throw new HookError(`git push would fail: ${complaint}`);
  const refs: PushedRef[] = [];
  for (const { flag, local, remote } of lines) {
    // Deleted, rejected and up to date: nothing of it is tested.
    if (local === "" || ["-", "!", "="].includes(flag)) continue;
    refs.push(...(await refOf(cwd, local, remote)));
  }
  return refs;
}

/** Git tells hooks where its folder is; tests of programs that use git would work on this repository. */
export function forgetRepository(env: NodeJS.ProcessEnv): void {
  for (const name of misleading) delete env[name];
}
