import { setTimeout as wait } from "node:timers/promises";
import type { Host } from "#fleet";
import { openSession } from "../open-session.ts";
import type { Session, Vitals } from "../session.ts";
import { atOnce, Gate } from "./ask-each.ts";
import { type HostFacts, readFacts } from "./host-facts.ts";
import { failureOf, type HostFailure } from "./host-failure.ts";
import { statusOfHosts } from "./host-status.ts";

/** What is seen of a host while it is watched. */
export type WatchEvent =
  | { readonly type: "connecting"; readonly host: string }
  | { readonly type: "ready"; readonly host: string; readonly facts: HostFacts }
  | { readonly type: "vitals"; readonly host: string; readonly vitals: Vitals }
  /** Agents of ours that work there, without the one that watches. */
  | { readonly type: "agents"; readonly host: string; readonly agents: number }
  /** Cannot be reached, or was lost; tried again after `againMs`. */
  | {
      readonly type: "failed";
      readonly host: string;
      readonly failure: HostFailure;
      readonly againMs: number;
    };

const firstRetryMs = 3000;
const longestRetryMs = 30_000;
/** Agents are counted by a login of its own: not with every beat. */
const countAgentsMs = 15_000;

/**
 * Keeps a session to each host and tells what it says, until the signal is aborted; then everything of ours on the hosts
 * has ended. Rejects with what is no failure of a host.
 */
export async function watchHosts(
  hosts: readonly Host[],
  signal: AbortSignal,
  onEvent: (event: WatchEvent) => void,
): Promise<void> {
  const gate = new Gate(atOnce);
  await Promise.all(hosts.map((host) => watchHost(host, gate, signal, onEvent)));
}

async function watchHost(
  host: Host,
  gate: Gate,
  signal: AbortSignal,
  onEvent: (event: WatchEvent) => void,
): Promise<void> {
  const { name } = host;
  let retryMs = firstRetryMs;
  while (!signal.aborted) {
    onEvent({ type: "connecting", host: name });
    let session: Session | undefined;
    try {
      session = await gate.pass(() => open(host, signal, onEvent));
      retryMs = firstRetryMs;
      await stay(session, host, signal, onEvent);
    } catch (error) {
      if (signal.aborted) return;
      onEvent({ type: "failed", host: name, failure: failureOf(error), againMs: retryMs });
      await wait(retryMs, undefined, { signal }).catch(() => undefined);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    } finally {
      await session?.close();
    }
  }
}

async function open(host: Host, signal: AbortSignal, onEvent: (event: WatchEvent) => void): Promise<Session> {
  const { name } = host;
  const session = await openSession(host, {
    signal,
    onVitals: (vitals) => onEvent({ type: "vitals", host: name, vitals }),
  });
  try {
    onEvent({ type: "ready", host: name, facts: readFacts(await session.facts()) });
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Until the session or the watching ends; throws what ended the session. */
async function stay(
  session: Session,
  host: Host,
  signal: AbortSignal,
  onEvent: (event: WatchEvent) => void,
): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const counting = countAgents(host, either, onEvent);
  const ended = session.ended.finally(() => over.abort());
  const aborted = wait(2 ** 31 - 1, undefined, { signal: either, ref: false }).catch(() => undefined);
  await Promise.race([ended, aborted]);
  over.abort();
  await counting;
  if (signal.aborted) return;
  const lost = await ended;
  if (lost !== undefined) throw lost;
}

async function countAgents(
  host: Host,
  signal: AbortSignal,
  onEvent: (event: WatchEvent) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const [answer] = await statusOfHosts([host], signal);
      if (answer !== undefined && "value" in answer)
        onEvent({ type: "agents", host: host.name, agents: Math.max(0, answer.value.running.length - 1) });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    await wait(countAgentsMs, undefined, { signal }).catch(() => undefined);
  }
}
