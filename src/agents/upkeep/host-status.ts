import type { Host } from "#fleet";
import { builtFile } from "../built-file.ts";
import { askEach } from "./ask-each.ts";
import type { Answered } from "./host-failure.ts";
import { type OurKind, ourFiles, ourKinds, type OurState } from "./our-files.ts";
import { withLink } from "./with-link.ts";

/** How it stands with a host; nothing is sent there or started. Bytes. */
export interface HostStatus {
  /** This version's agent lies there: the next start sends nothing. */
  current: boolean;
  /** Agents of any version that lie there. */
  agents: number;
  /** Process ids of agents that work there now. */
  running: readonly number[];
  sizes: Readonly<Record<OurKind, number>>;
  folders: readonly string[];
  /** Load average of a minute. */
  load?: number;
  cores?: number;
}

const askMs = 30_000;
const onlyLook = {
  mode: "none",
  keepAgent: "-",
  keepRuntimes: [],
  blobMinutes: 0,
  workspaceMinutes: 0,
} as const;

/** Looks at all hosts at once. */
export async function statusOfHosts(
  hosts: readonly Host[],
  signal: AbortSignal,
): Promise<Answered<HostStatus>[]> {
  const agent = await builtFile("agent/agent.cjs");
  return askEach(hosts, signal, (host) =>
    withLink(host, askMs, signal, async (link, within) => {
      const state = await ourFiles(host, link, onlyLook, within);
      return summarize(state, host.address.type === "local" ? undefined : agent.sha);
    }),
  );
}

function summarize({ folders, ...machine }: OurState, sha: string | undefined): HostStatus {
  const sizeOf = (kind: OurKind): number =>
    folders
      .flatMap(({ files }) => files)
      .filter((each) => each.kind === kind)
      .reduce((sum, { bytes }) => sum + bytes, 0);
  const sizes = Object.fromEntries(ourKinds.map((kind) => [kind, sizeOf(kind)])) as Record<OurKind, number>;
  const agents = folders.flatMap((folder) => folder.agents);
  return {
    // On this machine the agent runs from the installation itself.
    current: sha === undefined || agents.includes(sha),
    agents: agents.length,
    running: folders.flatMap(({ running }) => running),
    sizes,
    folders: folders.map(({ path }) => path),
    ...machine,
  };
}
