import * as v from "valibot";
import type { Row } from "../answer.ts";
import { bytes } from "../../format.ts";
import { fields } from "../fields.ts";
import { plainLine } from "../plain-text.ts";
import { tool } from "../tool.ts";

export const fleetStatus = tool({
  name: "fleet_status",
  description:
    "The person's machines: reachable, load, cores. facts: also system, memory, disk, GPUs, tools.",
  toolset: "fleet",
  capability: "read",
  annotations: { openWorldHint: true },
  input: v.strictObject({
    hosts: v.optional(v.pipe(v.array(fields.name(200)), v.maxLength(200))),
    facts: v.optional(v.boolean()),
  }),
  async run({ hosts: names, facts }, { fleet, signal }) {
    const { selectSomeHosts } = await import("#fleet");
    const { factsOfHosts, statusOfHosts } = await import("#agents/upkeep");
    const chosen = selectSomeHosts(await fleet(), names === undefined ? {} : { hosts: names });
    const rows: Row[] =
      facts === true
        ? (await factsOfHosts(chosen, signal)).map((answer) => {
            if ("error" in answer) return failed(answer);
            const { value } = answer;
            const item = {
              host: plainLine(answer.host, 80),
              system: plainLine(`${value.platform}-${value.arch} ${value.release}`, 80),
              cores: value.cores,
              load: value.load,
              memory: `${bytes(value.freeMemory)} of ${bytes(value.memory)} free`,
              disk: `${bytes(value.freeDisk)} free`,
              gpus: value.gpus.map((gpu) => plainLine(gpu.name, 60)),
              tools: plainLine(value.tools.join(" "), 200),
            };
            const { host, system, cores, load, memory, disk, gpus, tools } = item;
            const line = `${host}: ${system}, ${cores} cores, load ${load}, memory ${memory}, disk ${disk}${gpus.length > 0 ? `, GPUs ${gpus.join(", ")}` : ""}, tools ${tools}`;
            return { line, item };
          })
        : (await statusOfHosts(chosen, signal)).map((answer) => {
            if ("error" in answer) return failed(answer);
            const { load, cores } = answer.value;
            const host = plainLine(answer.host, 80);
            const item = {
              host,
              reachable: true,
              ...(load === undefined ? {} : { load }),
              ...(cores === undefined ? {} : { cores }),
            };
            return {
              line: `${host}: reachable, load ${load ?? "unknown"}, ${cores ?? "unknown"} cores`,
              item,
            };
          });
    const reachable = rows.filter(({ item }) => !("error" in (item as object))).length;
    return {
      summary: `${reachable} of ${chosen.length} hosts are reachable`,
      facts: { hosts: chosen.length, reachable },
      rows,
      narrow: "hosts",
    };
  },
});

function failed({ host, error }: { host: string; error: { message: string; hint?: string } }): Row {
  const message = plainLine(error.message, 300);
  const next = error.hint === undefined ? "" : `; try: ${plainLine(error.hint, 200)}`;
  return {
    line: `${plainLine(host, 80)}: not reachable: ${message}${next}`,
    item: { host: plainLine(host, 80), error: `${message}${next}` },
  };
}
