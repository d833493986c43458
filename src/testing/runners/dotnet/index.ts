import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { quoteCommand } from "../common/quote.ts";
import { absolute, asFileOfTree, inProject, unitOf } from "../common/unit-paths.ts";
import {
  type Ending,
  endingOfStopped,
  failureOfProcess,
  runUnitProcess,
  unitSession,
  type UnitRun,
} from "../common/unit-session.ts";
import type { NamedTest, ProjectFolder, Runner } from "../runner.ts";
import { readTrx } from "./read-trx.ts";

const name = "dotnet";

/** `dotnet test`: each test project is a unit, with its results from a TRX file. */
export const dotnet: Runner = {
  name,
  detect(project) {
    const [first] = testProjects(project);
    if (first === undefined) return undefined;
    return {
      runner: name,
      project: project.path,
      because: `Microsoft.NET.Test.Sdk in ${first}`,
      tools: [
        {
          name,
          check: { program: "dotnet", args: ["--version"] },
          hint: "install the .NET SDK, and put dotnet on the path of non-interactive shells: https://dot.net",
        },
      ],
    };
  },
  // All test projects below are listed by the outermost.
  covers: () => true,
  async list({ project }) {
    return testProjects(project).map((file) =>
      unitOf(name, project, file, { bytes: sizeOfSources(project, path.posix.dirname(file)) }),
    );
  },
  start: async (context) => unitSession(context, runUnit),
  reproduce(test, unit) {
    const file = inProject({ path: unit.project }, unit.file);
    const filter = test === undefined ? [] : ["--filter", `FullyQualifiedName=${fullName(test)}`];
    return quoteCommand(["dotnet", "test", file, ...filter]);
  },
};

function fullName({ title }: NamedTest): string {
  const method = (title.at(-1) ?? "").replace(/\(.*$/s, "");
  return [...title.slice(0, -1), method].join(".");
}

function testProjects(project: ProjectFolder): string[] {
  return project.files
    .filter((file) => /\.(?:cs|fs|vb)proj$/.test(file) && !/(?:^|\/)(?:bin|obj)\//.test(file))
    .filter((file) => /Microsoft\.NET\.Test\.Sdk|<IsTestProject>\s*true/i.test(project.read(file) ?? ""))
    .toSorted();
}

function sizeOfSources(project: ProjectFolder, folder: string): number {
  const own = project.files.filter(
    (file) => /\.(?:cs|fs|vb)$/.test(file) && (folder === "." || file.startsWith(`${folder}/`)),
  );
  return own.reduce((sum, file) => sum + (project.read(file)?.length ?? 0), 0);
}

async function runUnit(run: UnitRun): Promise<Ending> {
  const { unit, context, test } = run;
  const report = path.join(context.scratch, "results.trx");
  rmSync(report, { force: true });
  const args = [
    "test",
    absolute(context.project, unit.file),
    "--logger=trx;LogFileName=results.trx",
    // A test that takes its host down is named in the results.
    "--blame-crash",
    `--results-directory=${context.scratch}`,
    ...context.args,
  ];
  const env = { ...context.env, DOTNET_NOLOGO: "1", DOTNET_CLI_TELEMETRY_OPTOUT: "1" };
  const finished = await runUnitProcess(run, { program: name, args, env });
  const read = existsSync(report) ? readTrx(readFileSync(report, "utf8")) : undefined;
  if (read !== undefined && read.problem === undefined) {
    for (const each of read.tests) {
      const failures = each.failures?.map((failure) =>
        failure.file === undefined
          ? failure
          : { ...failure, file: asFileOfTree(context.project, failure.file) },
      );
      test({ ...each, ...(failures === undefined ? {} : { failures }) });
    }
  }
  const stopped = endingOfStopped(finished, context);
  if (stopped !== undefined) return stopped;
  const failure = failureOfProcess("dotnet test", finished);
  if (/The active test run was aborted|Test host process crashed/.test(finished.stdout + finished.stderr)) {
    return { end: "crashed", failure };
  }
  if (read === undefined) {
    const compiler = /^.*: error \w+\d+: .*$/m.exec(finished.stdout)?.[0];
    return { end: "broken", failure: { ...failure, message: compiler?.trim() ?? failure.message } };
  }
  if (read.problem !== undefined)
    return { end: "broken", failure: { ...failure, message: `results.trx: ${read.problem}` } };
  return { end: "done" };
}
