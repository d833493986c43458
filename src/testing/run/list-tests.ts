import type { HostPool } from "#crew";
import type { EventBody } from "#kernel";
import type { OpenedProjects } from "../host/wire.ts";
import type { TestUnit } from "../model.ts";
import { HostRefusal, ListingError, NoTestsError } from "./errors.ts";
import { kindOf } from "./items.ts";
import type { TestMachine } from "./machine.ts";
import type { PlatformRun } from "./platform-run.ts";

type Project = OpenedProjects["projects"][number];

/** All units of a platform that has a host, or this machine in its place. @throws NoTestsError, ListingError */
export async function listTests(
  platform: PlatformRun,
  pool: HostPool<TestMachine>,
  signal: AbortSignal,
  emit: (event: EventBody) => void,
): Promise<TestUnit[]> {
  const names = [...platform.members.keys()];
  const { fallback } = platform;
  if (names.length === 0 && fallback !== undefined) names.push(fallback.name);
  const units: TestUnit[] = [];
  const listed: (Project & { units: number })[] = [];
  let left: Project[] | undefined;
  let lister = names[0] ?? "";
  for (const name of names) {
    const host = pool.host(name, fallback);
    if (host === undefined) continue;
    const { work } = await host.open();
    const opened = await work.projects();
    if (left === undefined) {
      left = opened.projects;
      lister = name;
      const { unknown } = opened;
      if (unknown !== undefined) throw new NoTestsError(unknown.message, { hint: unknown.hint });
    }
    const possible = new Set(
      opened.projects.filter(({ missing }) => missing.length === 0).map((project) => keyOf(project)),
    );
    const here = left.filter((project) => possible.has(keyOf(project)));
    left = left.filter((project) => !here.includes(project));
    const found = await Promise.all(
      here.map(async (project) => {
        const own = await list(work, project, signal);
        listed.push({ ...project, units: own.length });
        return own;
      }),
    );
    units.push(...found.flat());
    if (left.length === 0) break;
  }
  for (const { project, runner, missing } of left ?? []) {
    const tools = missing.map(({ name, hint }) => `${name} is missing (${hint})`).join("; ");
    platform.unlisted.push(`${project === "" ? runner : `${runner} in ${project}`}: ${tools}`);
  }
  emit({
    type: "tests.found",
    platform: platform.name,
    host: lister,
    units: units.length,
    projects: listed.map(({ project, runner, because, units }) => ({ project, runner, because, units })),
  });
  return units;
}

async function list(
  work: TestMachine,
  { project, runner }: Project,
  signal: AbortSignal,
): Promise<TestUnit[]> {
  try {
    const units = await work.use((program) => program.list(project, runner, signal));
    // A host that lists what is another project's is not believed.
    return units.filter((unit) => kindOf(unit) === `${project}|${runner}`);
  } catch (error) {
    if (error instanceof HostRefusal) throw new ListingError(project, runner, error.message, error.details);
    throw error;
  }
}

function keyOf({ project, runner }: Project): string {
  return `${project}|${runner}`;
}
