import { runEverywhere } from "#agents/upkeep";
import { groupedOutput, jsonOutput, prefixedOutput } from "#faces/fleet";
import type { ExitName } from "#kernel";
import type { Context } from "../context.ts";
import { chooseHosts } from "./choose.ts";
import { durationMs } from "./duration.ts";
import type { ExecFlags } from "./exec.ts";

/** @throws UsageError, CancelledError */
export async function runExec(
  context: Context,
  command: readonly string[],
  flags: ExecFlags,
): Promise<ExitName> {
  const timeoutMs = flags.timeout === undefined ? undefined : durationMs("--timeout", flags.timeout);
  const { hosts } = await chooseHosts(context, flags);
  const { stdout, stderr, signal } = context;
  const face = {
    stdout: stdout.stream,
    stderr: stderr.stream,
    stdoutIsTerminal: stdout.isTerminal,
    stderrIsTerminal: stderr.isTerminal,
    nameWidth: Math.max(...hosts.map(({ name }) => name.length)),
  };
  const textOutput = flags.group === true ? groupedOutput : prefixedOutput;
  const { failed, unreachable } = await runEverywhere(hosts, command, {
    shell: flags.shell === true,
    signal,
    onEvent: flags.json === true ? jsonOutput(stdout.stream) : textOutput(face),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  if (unreachable.length > 0) return "fleet";
  return failed.length > 0 ? "findings" : "ok";
}
