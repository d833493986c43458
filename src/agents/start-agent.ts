import { randomBytes } from "node:crypto";
import type { Channel, ChannelEnd, Host, Link } from "#fleet";
import { CaelumError, CancelledError, systemCode } from "#kernel";
import { type Hello, LineScanner, type MarkedLine, parseHello } from "#protocol";
import type { LocalFile } from "./built-file.ts";
import { AgentStartError } from "./errors.ts";
import { localAgentFolder } from "./local-agent-folder.ts";

const firstLineMs = 15_000;
/** Frames are garbage as soon as they are passed on; Node's default lets 100 MB of them gather. */
export const youngGeneration = "--max-semi-space-size=4";
/** Lets the agent look for garbage that lies outside of the heap (`remote-agent/relayed-garbage.ts`). */
const mayCollect = "--expose-gc";

/** What a start cost: `warm`: nothing was missing; `cold`: the agent was sent; `shipped`: a Node as well. */
export type Start = "warm" | "cold" | "shipped";

/** An agent that has said hello, and the bytes that came behind it. */
export interface StartedAgent {
  hello: Hello;
  start: Start;
  channel: Channel;
  rest: Uint8Array;
}

/** On this machine: the built agent as it lies there, run by this very Node, no copy. */
export async function startLocalAgent(
  host: Host,
  link: Link,
  agent: LocalFile,
  signal: AbortSignal,
): Promise<StartedAgent> {
  const nonce = newNonce();
  const home = host.agentFolder ?? localAgentFolder();
  const node = host.nodePath ?? process.execPath;
  const channel = await link
    .exec([node, youngGeneration, mayCollect, agent.path, nonce, home])
    .catch((error: unknown) => {
      if (error instanceof CaelumError || systemCode(error) === undefined) throw error;
      const hint = "correct nodePath in the fleet file";
      throw new AgentStartError(host.name, `"${node}" cannot be started`, { cause: error, hint });
    });
  const { line, rest } = await firstLine(host, channel, nonce, signal);
  if (line.word !== "HELLO") throw new AgentStartError(host.name, `it said ${line.word} ${line.rest}`);
  return { hello: parseHello(line.rest), start: "warm", channel, rest };
}

export function newNonce(): string {
  return randomBytes(9).toString("hex");
}

/**
 * The first line on a channel that is meant for us. Throws an AgentStartError that quotes what came instead;
 * a CancelledError when the signal is aborted. The channel is destroyed in both cases.
 */
export function firstLine(
  host: Host,
  channel: Channel,
  nonce: string,
  signal: AbortSignal,
  waitMs = firstLineMs,
): Promise<FoundLine> {
  return nextLine(host, channel, nonce, signal, new Uint8Array(0), waitMs);
}

export interface FoundLine {
  line: MarkedLine;
  /** What came behind it. */
  rest: Uint8Array;
}

/** The same for a further line, with what was read behind the last one. */
export async function nextLine(
  host: Host,
  channel: Channel,
  nonce: string,
  signal: AbortSignal,
  before: Uint8Array,
  waitMs = firstLineMs,
): Promise<FoundLine> {
  const scanner = new LineScanner(nonce);
  let complaint = "";
  const { stdout, stderr } = channel;
  const listen = (chunk: Buffer): void => {
    complaint = (complaint + chunk.toString("utf8")).slice(-400);
  };
  const { promise, resolve, reject } = Promise.withResolvers<FoundLine>();
  const fail = (why: string, cause?: unknown): void => {
    // What the way to the host knows is more exact than what we make of its silence.
    if (cause instanceof CaelumError) return reject(cause);
    const said = [scanner.noise, complaint]
      .map((text) => text.trim().replaceAll(/\s*[\r\n]+\s*/g, "; "))
      .filter(Boolean)
      .join(" | ");
    reject(
      new AgentStartError(host.name, said === "" ? why : `${why}; it said: ${said}`, {
        cause,
        understood: false,
      }),
    );
  };
  const read = (chunk: Uint8Array): void => {
    try {
      const found = scanner.push(chunk);
      if (found === undefined) return;
      // Nothing may be read and lost between this line and the connection that takes over.
      stdout.pause();
      stdout.off("data", read);
      resolve(found);
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error), error);
    }
  };
  const timer = setTimeout(() => fail(`it did not answer within ${waitMs / 1000} s`), waitMs);
  const cancel = (): void => reject(new CancelledError(undefined, { cause: signal.reason }));
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  stderr.on("data", listen);
  stdout.on("data", read);
  if (before.length > 0) read(before);
  stdout.resume();
  void channel.closed.then((end) => fail(describeEnd(end), end.error));
  try {
    const found = await promise;
    stdout.pause();
    return found;
  } catch (error) {
    channel.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", cancel);
    stdout.off("data", read);
    stderr.off("data", listen);
  }
}

/** Why a channel is over, in words. */
export function describeEnd({ code, signal, error }: ChannelEnd): string {
  if (error === undefined && signal === undefined && code === undefined) return "the way to it was cut";
  return error?.message ?? `it ended with ${signal ?? `exit code ${code ?? "unknown"}`}`;
}
