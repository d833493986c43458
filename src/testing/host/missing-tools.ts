import { execFile } from "node:child_process";
import { findProgram, startable } from "../runners/common/programs.ts";
import type { RequiredTool } from "../runners/runner.ts";

/** A program that does not tell its version within this is not there for us. */
const patienceMs = 20_000;

/** Which of these tools cannot be started here. */
export async function missingTools(
  tools: readonly RequiredTool[],
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<{ name: string; hint: string }[]> {
  const checked = await Promise.all(
    tools.map(async ({ name, hint, check }) => {
      const there = typeof check === "function" ? check(folder, env) : answers(check, folder, env);
      return (await there) ? [] : [{ name, hint }];
    }),
  );
  return checked.flat();
}

function answers(
  { program, args }: { program: string; args: readonly string[] },
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<boolean> {
  const start = startable(findProgram(program, env) ?? program, args);
  return new Promise((resolve) => {
    execFile(
      start.program,
      [...start.args],
      {
        cwd,
        env,
        timeout: patienceMs,
        killSignal: "SIGKILL",
        windowsHide: true,
        windowsVerbatimArguments: start.verbatim,
      },
      (error) => resolve(error === null),
    );
  });
}
