import { onTestFinished } from "vitest";
import { type LocalFile, openSession, type Session, type SessionEvents, type Workers } from "#agents";
import { localHost } from "#fleet";
import { buildAgent, buildForHosts } from "./build-for-hosts.ts";
import { temporaryFolder } from "./temporary-folder.ts";

let built: Promise<{ agent: LocalFile; bundle: LocalFile }> | undefined;

/** The agent and the worker of `test/fixtures/agents/odd-worker.ts`, built once per test file. */
export function builtForTests(): Promise<{ agent: LocalFile; bundle: LocalFile }> {
  built ??= Promise.all([buildAgent(), buildForHosts("test/fixtures/agents/odd-worker.ts")]).then(
    ([agent, bundle]) => ({ agent, bundle }),
  );
  return built;
}

/** A session on this machine with a folder of its own; closed when the test ends. */
export async function localSession(events: SessionEvents = {}): Promise<Session> {
  const { agent } = await builtForTests();
  // A patient controller: a busy machine is no lost host.
  const host = { ...localHost, agentFolder: temporaryFolder() };
  const session = await openSession(host, { agent, silenceMs: 20_000, ...events });
  onTestFinished(() => session.close());
  return session;
}

/** Leases a unit of the odd worker: what it is asked for and gives back is text. */
export async function ask(workers: Workers, text: string, options: AskOptions = {}): Promise<string> {
  const { signal, ...rest } = options;
  const payload = new TextEncoder().encode(text);
  const { bytes } = await workers.lease({ unit: text, attempt: 1, epoch: 1, payload, ...rest }, signal);
  return new TextDecoder().decode(bytes);
}

interface AskOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
  blobs?: readonly string[];
}
