import type { Host } from "#fleet";
import { runtimeIds } from "../bootstrap/runtimes.ts";
import { builtFile } from "../built-file.ts";
import { askEach } from "./ask-each.ts";
import type { Answered } from "./host-failure.ts";
import { type OurFiles, ourFiles, ourKinds } from "./our-files.ts";
import { withLink } from "./with-link.ts";

export interface CleanOptions {
  /** Also what this version would use again. */
  all: boolean;
  /** Only say what would go. */
  dryRun: boolean;
}

export interface Cleaned {
  freed: readonly OurFiles[];
  /** Folders that were left alone, since agents of ours work there. */
  busy: readonly { folder: string; running: readonly number[] }[];
}

const cleanMs = 120_000;
/** As long as the agent itself keeps a blob in any case, and what an upload may take. */
const blobMinutes = 60;
const workspaceMinutes = 24 * 60;

/**
 * Removes what caelum has left on hosts: agents and runtimes of other versions, blobs nobody used for an hour,
 * workspaces and uploads that were given up; with `all` the rest of it, too. A folder in which an agent works is left
 * alone.
 */
export async function cleanHosts(
  hosts: readonly Host[],
  { all, dryRun }: CleanOptions,
  signal: AbortSignal,
): Promise<Answered<Cleaned>[]> {
  const agent = await builtFile("agent/agent.cjs");
  const removal = {
    mode: dryRun ? "dry" : "remove",
    keepAgent: all ? "-" : agent.sha,
    keepRuntimes: all ? [] : runtimeIds(),
    blobMinutes: all ? 0 : blobMinutes,
    workspaceMinutes: all ? 0 : workspaceMinutes,
  } as const;
  return askEach(hosts, signal, (host) =>
    withLink(host, cleanMs, signal, async (link, within) => {
      const { folders } = await ourFiles(host, link, removal, within);
      return {
        freed: sumByKind(folders.flatMap(({ freed }) => freed)),
        busy: folders
          .filter(({ running }) => running.length > 0)
          .map(({ path, running }) => ({ folder: path, running })),
      };
    }),
  );
}

function sumByKind(files: readonly OurFiles[]): OurFiles[] {
  return ourKinds.map((kind) => {
    const ofKind = files.filter((each) => each.kind === kind);
    return {
      kind,
      count: ofKind.reduce((sum, { count }) => sum + count, 0),
      bytes: ofKind.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  });
}
