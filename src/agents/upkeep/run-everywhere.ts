import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "#fleet";
import { CancelledError, throwIfAborted } from "#kernel";
import type { CommandEnd, RunningCommand } from "../command.ts";
import { AgentRequestError } from "../errors.ts";
import { openSession } from "../open-session.ts";
import type { Session } from "../session.ts";
import { atOnce, Gate } from "./ask-each.ts";
import { failureOf, type HostFailure } from "./host-failure.ts";
import { patientMs } from "./patience.ts";

/** What happens on hosts while a command runs everywhere. */
export type RunEvent =
  | { type: "output"; host: string; stream: "stdout" | "stderr"; bytes: Uint8Array }
  | ({ type: "exit"; host: string } & CommandExit)
  | { type: "unreachable"; host: string; error: HostFailure };

/** How a command ended on a host. */
export interface CommandExit {
  /** 127: there is no such program, as a shell would say. Undefined when a signal ended it. */
  code?: number;
  signal?: string;
  timedOut: boolean;
  /** Milliseconds from the start of the command. */
  ms: number;
  /** Why it could not be started. */
  message?: string;
}

export interface RunOptions {
  /** The words are given to a shell of the host as one line. */
  shell: boolean;
  timeoutMs?: number;
  /** Beside what the host's entry says. */
  env?: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** While it is pending, the host's output waits on the host: nothing piles up here. */
  onEvent(event: RunEvent): void | Promise<void>;
}

export interface RunSummary {
  failed: readonly string[];
  unreachable: readonly string[];
}

const notFound = 127;
/** A command may end itself in order before the session takes it away. */
const politeMs = 1500;

/**
 * Runs a command on all hosts at once, its input closed. Rejects with a CancelledError once everything that was started
 * has ended, when the signal is aborted.
 */
export async function runEverywhere(
  hosts: readonly Host[],
  command: readonly string[],
  options: RunOptions,
): Promise<RunSummary> {
  const failed: string[] = [];
  const unreachable: string[] = [];
  const logins = new Gate(atOnce);
  await Promise.all(
    hosts.map(async (host) => {
      try {
        const session = await logins.pass(() =>
          openSession(host, { signal: options.signal, silenceMs: patientMs }),
        );
        try {
          const exit = await runOn(session, command, options);
          if (exit.code !== 0) failed.push(host.name);
          await options.onEvent({ type: "exit", host: host.name, ...exit });
        } finally {
          await session.close();
        }
      } catch (error) {
        if (options.signal.aborted) return;
        const failure = failureOf(error);
        unreachable.push(host.name);
        await options.onEvent({ type: "unreachable", host: host.name, error: failure });
      }
    }),
  );
  throwIfAborted(options.signal);
  return { failed, unreachable };
}

async function runOn(session: Session, words: readonly string[], options: RunOptions): Promise<CommandExit> {
  const [program = "", ...args] = options.shell ? shellWords(session, words) : words;
  const begun = performance.now();
  const since = (): number => Math.round(performance.now() - begun);
  let command: RunningCommand;
  try {
    command = await session.exec(program, args, {
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      ...(options.env === undefined ? {} : { env: options.env }),
      signal: options.signal,
    });
  } catch (error) {
    if (!(error instanceof AgentRequestError) || error.agentCode !== "spawn") throw error;
    return { code: notFound, timedOut: false, ms: since(), message: error.message };
  }
  command.stdin.end();
  const { name } = session.host;
  const forwarded = Promise.all([
    forward(command.stdout, (bytes) =>
      options.onEvent({ type: "output", host: name, stream: "stdout", bytes }),
    ),
    forward(command.stderr, (bytes) =>
      options.onEvent({ type: "output", host: name, stream: "stderr", bytes }),
    ),
  ]);
  forwarded.catch(() => undefined);
  const end = await endOf(command, options.signal);
  await Promise.race([forwarded, session.ended]);
  const { code, signal, timedOut } = end;
  return {
    ...(code === undefined ? {} : { code }),
    ...(signal === undefined ? {} : { signal }),
    timedOut,
    ms: since(),
  };
}

/** Rejects with a CancelledError a moment after the signal, whether the command has ended then or not. */
async function endOf(command: RunningCommand, signal: AbortSignal): Promise<CommandEnd> {
  const cancelled = new Promise<never>((_, reject) => {
    const cancel = (): void => {
      void Promise.race([command.exited.catch(() => undefined), sleep(politeMs)]).then(() =>
        reject(new CancelledError(undefined, { cause: signal.reason })),
      );
    };
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
  });
  cancelled.catch(() => undefined);
  const end = await Promise.race([command.exited, cancelled]);
  throwIfAborted(signal);
  return end;
}

async function forward(source: Readable, take: (bytes: Uint8Array) => void | Promise<void>): Promise<void> {
  try {
    for await (const chunk of source) await take(chunk as Uint8Array);
  } catch (error) {
    // It breaks with the session, and that has its own error.
    if (source.errored !== error) throw error;
  }
}

function shellWords({ hello }: Session, words: readonly string[]): string[] {
  const line = words.join(" ");
  return hello.platform === "win32" ? ["cmd", "/d", "/s", "/c", line] : ["sh", "-c", line];
}
