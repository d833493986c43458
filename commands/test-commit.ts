import { EventStream, runId } from "#kernel";
import type { Context } from "./context.ts";

/** `caelum test --rev COMMIT`, shown where git shows what a hook says. */
export async function testCommit(
  context: Context,
  root: string,
  commit: string,
  signal: AbortSignal,
): Promise<"passed" | "failed" | "incomplete"> {
  const { runTest } = await import("./test/run.ts");
  const events = new EventStream(runId(context.clock.now()), context.clock);
  const own: Context = { ...context, cwd: root, signal, stdout: context.stderr, events: () => events };
  const exit = await runTest(own, ".", {
    rev: commit,
    local: true,
    artifactsFolder: "test-artifacts",
  });
  return exit === "ok" ? "passed" : exit === "incomplete" ? "incomplete" : "failed";
}
