import { spawn } from "node:child_process";

export interface ProgramResult {
  /** Undefined when a signal ended it. */
  code: number | undefined;
  stdout: string;
  stderr: string;
}

/** Runs one of OpenSSH's small tools to its end. Rejects with the system's error when there is no such program. */
export function runProgram(
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
  input?: string,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      windowsHide: true,
      timeout: 15_000,
      ...(signal === undefined ? {} : { signal }),
    });
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.stdin?.on("error", () => undefined).end(input);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? undefined, stdout, stderr }));
  });
}
