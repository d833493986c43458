import type { Host } from "#fleet";
import { openSession } from "../open-session.ts";
import { askEach } from "./ask-each.ts";
import { patientMs } from "./patience.ts";
import type { Answered } from "./host-failure.ts";

/** What a host knows about itself; bytes, load average of a minute. */
export interface HostFacts {
  platform: string;
  release: string;
  arch: string;
  /** `glibc 2.36`, `musl`, or empty. */
  libc: string;
  cores: number;
  cpu: string;
  memory: number;
  freeMemory: number;
  freeDisk: number;
  load: number;
  node: string;
  gpus: readonly { name: string; memory: number; freeMemory: number }[];
  tools: readonly string[];
  /** Where the agent keeps its files. */
  home: string;
}

/** Starts the agent on each host and asks it, all at once. */
export function factsOfHosts(hosts: readonly Host[], signal: AbortSignal): Promise<Answered<HostFacts>[]> {
  return askEach(hosts, signal, async (host) => {
    const session = await openSession(host, { signal, silenceMs: patientMs });
    try {
      return readFacts(await session.facts());
    } finally {
      await session.close();
    }
  });
}

/** The agent may be another version's, and a host may lie: what is missing or of another kind is left empty. */
export function readFacts(facts: Record<string, unknown>): HostFacts {
  const text = (key: string): string => (typeof facts[key] === "string" ? facts[key] : "");
  const number = (key: string): number => numberOf(facts[key]);
  const list = (key: string): unknown[] => (Array.isArray(facts[key]) ? facts[key] : []);
  return {
    platform: text("platform"),
    release: text("release"),
    arch: text("arch"),
    libc: text("libc"),
    cores: number("cores"),
    cpu: text("cpu"),
    memory: number("memory"),
    freeMemory: number("freeMemory"),
    freeDisk: number("freeDisk"),
    load: number("load"),
    node: text("node"),
    gpus: list("gpus").flatMap((gpu) => (isObject(gpu) ? [gpuOf(gpu)] : [])),
    tools: list("tools").filter((tool) => typeof tool === "string"),
    home: text("home"),
  };
}

function gpuOf({ name, memory, freeMemory }: Record<string, unknown>): HostFacts["gpus"][number] {
  return {
    name: typeof name === "string" ? name : "",
    memory: numberOf(memory),
    freeMemory: numberOf(freeMemory),
  };
}

function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
