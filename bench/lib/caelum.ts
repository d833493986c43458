import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Figures } from "./print.ts";
import { type CommandRun, runCommand, type RunOptions } from "./run-command.ts";
import { undoAtEnd } from "./undo-at-end.ts";

const root = path.join(import.meta.dirname, "..", "..");

/** The command line as people start it: the built program, in a process of its own. */
const caelumFile = path.join(root, "bin", "caelum.js");

/** Runs the built caelum, or `program`, with a cache folder that is nobody else's. Throws unless it exits with 0. */
export async function caelum(
  args: readonly string[],
  options: RunOptions & { cache: string; program?: string },
): Promise<CommandRun> {
  if (!existsSync(path.join(root, "dist"))) throw new Error("caelum is not built; run: npm run build");
  const env = { ...options.env, CAELUM_CACHE_DIR: options.cache };
  const run = await runCommand(process.execPath, [options.program ?? caelumFile, ...args], {
    ...options,
    env,
  });
  if (run.exitCode !== 0)
    throw new Error(`caelum ${args.join(" ")} exited with ${run.exitCode}:\n${run.stderr.slice(-3000)}`);
  return run;
}

export function treeFigures({ memory }: CommandRun): Figures {
  const rows =
    memory?.byProcess.map(({ command, rss, cpuMs }) => ({
      name: command,
      "RSS, MB": rss / 1e6,
      "CPU, s": cpuMs / 1000,
    })) ?? [];
  return {
    "RSS of the whole tree, MB": (memory?.peak ?? 0) / 1e6,
    "PSS (shared pages once), MB": (memory?.proportionalPeak ?? 0) / 1e6,
    "CPU of the whole tree, s": rows.reduce((sum, row) => sum + row["CPU, s"], 0),
    "each process by itself": rows,
  };
}

/** A folder that is gone after `use`, also when this program is ended meanwhile. */
export async function withTemporary<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), "caelum-bench-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const done = undoAtEnd(remove);
  try {
    return await use(folder);
  } finally {
    done();
    remove();
  }
}
