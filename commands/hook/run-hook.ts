import { readFileSync } from "node:fs";
import { type ExitName, stateFolder } from "#kernel";
import {
  checkPush,
  findRoot,
  forgetRepository,
  parsePushedRefs,
  type PushedRef,
  refOf,
  revisionFromPreCommit,
} from "#testing/hook";
import type { Context } from "../context.ts";
import { testCommit } from "../test-commit.ts";

/** The hook itself: refs on standard input in, nothing or an error out. */
export async function runHook(context: Context, remote: string | undefined): Promise<ExitName> {
  // Read while git answers: a push waits for this.
  void context.config().catch(() => undefined);
  const root = await findRoot(context.cwd);
  forgetRepository(process.env);
  await allow(context, root, await pushedRefs(context.env, root), remote, {});
  return "ok";
}

interface Bounds {
  /** In place of `hook.budget`, milliseconds. */
  budgetMs?: number;
  /** In place of `hook.onMiss`. */
  onMiss?: "test";
}

/** Resolves when these refs may be pushed. @throws PushRefusedError */
export async function allow(
  context: Context,
  root: string,
  refs: readonly PushedRef[],
  remote: string | undefined,
  { budgetMs, onMiss }: Bounds,
): Promise<void> {
  if (refs.length === 0) return;
  const { values } = await context.config();
  const hook = {
    ...values.hook,
    ...(budgetMs === undefined ? {} : { budget: budgetMs }),
    ...(onMiss === undefined ? {} : { onMiss }),
  };
  await checkPush({
    root,
    refs,
    remote,
    settings: { test: values.test, hook },
    env: context.env,
    stateFolder: stateFolder(context.env),
    now: context.clock.now(),
    say: (line) => {
      if (context.options.quiet !== true) context.stderr.stream.write(`${line}\n`);
    },
    runTests: ({ commit }, signal) => testCommit(context, root, commit, signal),
    signal: context.signal,
  });
}

async function pushedRefs(env: NodeJS.ProcessEnv, root: string): Promise<PushedRef[]> {
  const revision = revisionFromPreCommit(env);
  if (revision !== undefined) return refOf(root, revision, env["PRE_COMMIT_REMOTE_BRANCH"] ?? revision);
  // Started by a person: what would a push of this commit do?
  if (process.stdin.isTTY) return refOf(root, "HEAD", "HEAD");
  return parsePushedRefs(readFileSync(0, "utf8"));
}
