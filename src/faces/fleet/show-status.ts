import type { Answered, Cleaned, HostStatus } from "#agents";
import { bytes, counted } from "../format.ts";
import { asJson, type Asked } from "./asked.ts";
import { adviceOf, flat, shownFailure } from "./failures.ts";
import { withFailuresBelow } from "./show-facts.ts";

/** `caelum fleet status`. */
export function showStatus(answers: readonly Answered<HostStatus>[], { options }: Asked): string {
  if (options.json) return asJson({ hosts: answers.map(flat) });
  const rows = answers.map((answer) => {
    if ("error" in answer) return [answer.host, shownFailure(answer.host, answer.error)];
    const { current, agents, running, sizes, load, cores } = answer.value;
    const others = agents === 0 ? "none" : counted(agents, "other");
    return [
      answer.host,
      "yes",
      current ? "this version" : others,
      running.length === 0 ? "–" : String(running.length),
      bytes(sizes.runtimes),
      bytes(sizes.blobs),
      bytes(sizes.workspaces),
      load === undefined ? "–" : load.toFixed(1),
      cores === undefined ? "–" : String(cores),
    ];
  });
  const head = ["host", "reachable", "agent", "running", "runtimes", "blobs", "workspaces", "load", "cores"];
  return `${withFailuresBelow(head, rows)}${adviceOf(answers)}`;
}

/** `caelum fleet clean`. */
export function showCleaned(
  answers: readonly Answered<Cleaned>[],
  { options }: Asked,
  { dryRun }: { dryRun: boolean },
): string {
  if (options.json) return asJson({ dryRun, hosts: answers.map(flat) });
  const rows = answers.map((answer) => {
    if ("error" in answer) return [answer.host, shownFailure(answer.host, answer.error)];
    const { freed, busy } = answer.value;
    const what = freed
      .filter(({ count }) => count > 0)
      .map(({ kind, count }) => `${count} ${singular(kind, count)}`);
    const left = busy.map(
      ({ folder, running }) =>
        `${folder} left alone: ${counted(running.length, "agent")} of ours ${running.length === 1 ? "works" : "work"} there`,
    );
    const total = freed.reduce((sum, { bytes: size }) => sum + size, 0);
    return [answer.host, bytes(total), [...what, ...left].join(", ") || "nothing to remove"];
  });
  if (options.quiet) return adviceOf(answers);
  return `${withFailuresBelow(["host", dryRun ? "would free" : "freed", "what"], rows)}${adviceOf(answers)}`;
}

function singular(kind: string, count: number): string {
  return count === 1 ? kind.replace(/s$/, "") : kind;
}
