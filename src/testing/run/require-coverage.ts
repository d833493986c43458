import type { HostPool } from "#crew";
import { CaelumError } from "#kernel";
import type { OpenedProjects } from "../host/wire.ts";
import type { TestUnit } from "../model.ts";
import { kindOf } from "./items.ts";
import type { TestMachine } from "./machine.ts";
import type { PlatformRun } from "./platform-run.ts";

/** Coverage was asked for, and of some tests it cannot be measured: exit code 2, before anything has run. */
class CoverageError extends CaelumError {
  constructor(reasons: readonly string[], hint: string) {
    super("CAELUM_NO_COVERAGE", "usage", ["coverage cannot be measured:", ...reasons].join("\n  "), {
      hint,
      data: { reasons },
    });
  }
}

/** Half a picture would pass for a whole one. @throws CoverageError when a host lacks what measuring needs */
export async function requireCoverage(
  platforms: readonly PlatformRun[],
  chosen: ReadonlyMap<string, readonly TestUnit[]>,
  pool: HostPool<TestMachine>,
): Promise<void> {
  const reasons = new Set<string>();
  const hints = new Set<string>();
  for (const platform of platforms) {
    const kinds = new Set(chosen.get(platform.name)?.map((unit) => kindOf(unit)));
    const names = platform.members.size > 0 ? [...platform.members.keys()] : [platform.fallback?.name ?? ""];
    for (const name of names) {
      const opened = await pool.host(name, platform.fallback)?.open();
      const projects = (await opened?.work.projects())?.projects ?? [];
      for (const project of projects.filter(({ project, runner }) => kinds.has(`${project}|${runner}`))) {
        const { reason, hint } = whatIsMissing(project, name) ?? {};
        if (reason !== undefined) reasons.add(reason);
        if (hint !== undefined) hints.add(hint);
      }
    }
  }
  if (reasons.size > 0) throw new CoverageError([...reasons], [...hints].join("\n"));
}

function whatIsMissing(
  { project, runner, unmeasured, missing }: OpenedProjects["projects"][number],
  host: string,
): { reason: string; hint: string } | undefined {
  const where = project === "" ? runner : `${runner} in "${project}"`;
  if (unmeasured === "never") {
    const others = project === "" ? "--only" : `--only '!${project}/**'`;
    return {
      reason: `${where}: caelum does not measure what ${runner} runs`,
      hint: `leave its tests out with ${others}, or run without --coverage`,
    };
  }
  // Whoever cannot run these tests at all measures nothing of them.
  if (unmeasured === undefined || unmeasured.length === 0 || missing.length > 0) return undefined;
  return {
    reason: `${where}, host "${host}": ${unmeasured.map(({ name }) => name).join(", ")} is missing`,
    hint: unmeasured.map(({ hint }) => hint).join("\n"),
  };
}
