/**
 * What a fleet gains and costs, on hosts of the lab (real sshd on this machine).
 *
 *     node bench/fleet.ts [--only starts,scaling,parallel,framing,faults,same] [--set standard] [--megabytes 100] [--processors 0.2]
 *
 * Scaling gives each host the same share of a processor, since all of them are this machine. What each spends until it is fast
 * weighs less in a longer job: the standard set is short for eight hosts, `--set linux --megabytes 400` (half an hour) is not.
 */
import { parseArgs } from "node:util";
import { requireCorpus } from "../scripts/corpus-fetch.ts";
import { type CorpusSet, corpusSets } from "../scripts/corpus-sources.ts";
import { whyNoLab } from "../test/lab/lab.ts";
import { withTemporary } from "./lib/caelum.ts";
import { faultTimes } from "./lib/fleet-faults.ts";
import { sameBytes } from "./lib/fleet-same.ts";
import { type JobOptions, parallel, scaling } from "./lib/fleet-scaling.ts";
import { starts } from "./lib/fleet-starts.ts";
import { framing } from "./lib/framing.ts";
import { type Figures, printFigures } from "./lib/print.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "starts,scaling,parallel,framing,faults" },
    set: { type: "string", default: "standard" },
    megabytes: { type: "string", default: "100" },
    processors: { type: "string", default: "0.2" },
    rounds: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});

function corpusSet(name: string): CorpusSet {
  if (Object.hasOwn(corpusSets, name)) return name as CorpusSet;
  throw new Error(`--set must be one of ${Object.keys(corpusSets).join(", ")}`);
}

async function job(): Promise<JobOptions> {
  return {
    corpus: await requireCorpus(corpusSet(values.set)),
    megabytes: Number(values.megabytes),
    processors: Number(values.processors),
    rounds: Number(values.rounds),
  };
}

const impossible = whyNoLab();
const wanted = values.only.split(",");
const figures = await withTemporary(async (folder): Promise<Figures> => {
  const noLab = { "not measured": impossible };
  // Hosts of the lab lie in it, too: whatever ends this program, they are gone with it.
  process.env["TMPDIR"] = folder;
  return {
    ...(wanted.includes("starts") && { starts: impossible === undefined ? await starts() : noLab }),
    ...(wanted.includes("framing") && { framing: await framing() }),
    ...(wanted.includes("scaling") && {
      scaling: impossible === undefined ? await scaling(folder, await job()) : noLab,
    }),
    ...(wanted.includes("parallel") && {
      "beside GNU parallel": impossible === undefined ? await parallel(folder, await job()) : noLab,
    }),
    ...(wanted.includes("faults") && {
      faults:
        impossible === undefined
          ? await faultTimes(folder, await requireCorpus("standard"), Number(values.rounds))
          : noLab,
    }),
    ...(wanted.includes("same") && {
      same: impossible === undefined ? await sameBytes(folder, (await job()).corpus) : noLab,
    }),
  };
});
printFigures("fleet", figures);
