import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ExitName } from "#kernel";
import { findRoot, refsOfPush } from "#testing/hook";
import type { Context } from "../context.ts";
import { allow } from "./run-hook.ts";

/** No server waits while these tests run. */
const budgetMs = 24 * 3_600_000;

export async function runPush(context: Context, args: readonly string[]): Promise<ExitName> {
  const root = await findRoot(context.cwd);
  if (context.env["CAELUM"] !== "0") {
    const refs = await refsOfPush(context.cwd, args, context.signal);
    await allow(context, root, refs, undefined, { budgetMs, onMiss: "test" });
  }
  const child = spawn("git", ["push", ...args], { cwd: context.cwd, env: context.env, stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  return code === 0 ? "ok" : "findings";
}
