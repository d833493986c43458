import type { Answered, HostFacts, HostStatus } from "#agents";
import { bytes } from "../format.ts";
import { plainReason } from "../progress/host-progress.ts";
import { columns } from "../report/columns.ts";

export interface HostAnswer {
  readonly facts: Answered<HostFacts>;
  readonly status: Answered<HostStatus> | undefined;
}

/** `caelum fleet top --once`: one look at every host. */
export function topTable(
  answers: readonly HostAnswer[],
  { json, width }: { json: boolean; width: number },
): string {
  if (json) return `${JSON.stringify({ hosts: answers.map(asObject) }, undefined, 2)}\n`;
  const rows = answers.map(({ facts, status }) => {
    if ("error" in facts) {
      const { step, message } = facts.error;
      return { cells: [facts.host, "failed"], below: `${step}: ${plainReason(facts.host, message)}` };
    }
    const { cores, load, memory, freeMemory, freeDisk, platform, arch } = facts.value;
    return {
      cells: [
        facts.host,
        "up",
        String(cores),
        load.toFixed(1),
        `${bytes(memory - freeMemory)} of ${bytes(memory)}`,
        bytes(freeDisk),
        String(agentsOf(status) ?? "–"),
        `${platform}-${arch}`,
      ],
      below: undefined,
    };
  });
  const head = ["host", "state", "cores", "load", "memory used", "disk free", "agents", "system"];
  const right = { right: true };
  const shape = [
    { max: 30 },
    {},
    right,
    right,
    right,
    { right: true, optional: true },
    right,
    { optional: true },
  ];
  const lines = columns([head, ...rows.map(({ cells }) => cells)], shape, width);
  const reasons = rows.flatMap(({ cells, below }) => (below === undefined ? [] : [[`${cells[0]}:`, below]]));
  return `${[...lines, ...columns(reasons, [{}, {}])].join("\n")}\n`;
}

function asObject({ facts, status }: HostAnswer): object {
  if ("error" in facts) return { host: facts.host, state: "failed", error: facts.error };
  const { cores, load, memory, freeMemory, freeDisk, platform, arch } = facts.value;
  const agents = agentsOf(status) ?? null;
  return { host: facts.host, state: "up", cores, load, memory, freeMemory, freeDisk, agents, platform, arch };
}

function agentsOf(status: HostAnswer["status"]): number | undefined {
  return status !== undefined && "value" in status ? status.value.running.length : undefined;
}
