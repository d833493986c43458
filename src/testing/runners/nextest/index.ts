import { statSync } from "node:fs";
import path from "node:path";
import type { TestUnit } from "../../model.ts";
import { RunnerError } from "../errors.ts";
import { runsMembers, usesNextest } from "../cargo/rust-project.ts";
import { quoteCommand } from "../common/quote.ts";
import { runToEnd } from "../common/run-to-end.ts";
import { asFileOfTree, inProject, unitOf } from "../common/unit-paths.ts";
import { partsByName, unitSession } from "../common/unit-session.ts";
import type { Runner, RunnerContext } from "../runner.ts";
import { type NextestSuite, readListing, sourcesOf } from "./listing.ts";
import { filterOf, runSuite } from "./run-suite.ts";

const name = "nextest";

/** `cargo nextest`, where a project has a configuration of it: each test binary is a unit, each test a process of nextest's. */
export const nextest: Runner = {
  name,
  detect(project) {
    if (!usesNextest(project)) return undefined;
    return {
      runner: name,
      project: project.path,
      because: "Cargo.toml, .config/nextest.toml",
      tools: [
        {
          name: "cargo nextest",
          check: { program: "cargo", args: ["nextest", "--version"] },
          hint: "cargo install --locked cargo-nextest (https://nexte.st), and put cargo on the path of non-interactive shells",
        },
      ],
    };
  },
  covers: runsMembers,
  async list(context, signal) {
    const suites = await listed(context, signal);
    const { end, stdout } = await runToEnd(
      {
        program: "cargo",
        args: ["metadata", "--no-deps", "--format-version=1"],
        cwd: context.project.folder,
        env: context.env,
        timeoutMs: 600_000,
      },
      signal,
    );
    const sourceOf = sourcesOf(end.code === 0 ? stdout : "");
    return suites
      .filter(({ tests, ignored }) => tests.length + ignored.length > 0)
      .map((suite) => unitFor(context, suite, sourceOf(suite) ?? path.join(suite.folder, "Cargo.toml")))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  },
  async split(unit, parts, context, signal) {
    const suite = (await listed(context, signal)).find(({ id }) => id === idOf(unit));
    return suite === undefined ? [unit] : partsByName(unit, [...suite.tests, ...suite.ignored], parts);
  },
  start(context) {
    let known: Promise<NextestSuite[]> | undefined;
    return Promise.resolve(
      unitSession(context, async (run) => {
        try {
          known ??= listed(context, run.signal);
          const suite = (await known).find(({ id }) => id === idOf(run.unit));
          if (suite !== undefined) return await runSuite(run, suite);
          return { end: "broken", failure: { message: `nextest has no such binary: ${idOf(run.unit)}` } };
        } catch (error) {
          known = undefined;
          if (run.signal.aborted) return { end: "cancelled" };
          if (!(error instanceof RunnerError)) throw error;
          return { end: "broken", failure: { message: error.message, details: error.output } };
        }
      }),
    );
  },
  reproduce(test, unit) {
    const names = test === undefined ? undefined : [test.title.join("::")];
    return quoteCommand(["cargo", "nextest", "run", "-E", filterOf(idOf(unit), names)]);
  },
};

function unitFor({ project }: RunnerContext, suite: NextestSuite, source: string): TestUnit {
  return unitOf(name, project, inProject(project, asFileOfTree(project, source)), {
    part: suite.id,
    bytes: statSync(source, { throwIfNoEntry: false })?.size ?? 0,
    tests: suite.tests.length + suite.ignored.length,
    splittable: true,
  });
}

function idOf(unit: TestUnit): string {
  return unit.id.split("|")[3] ?? "";
}

async function listed(context: RunnerContext, signal: AbortSignal): Promise<NextestSuite[]> {
  const { end, stdout, stderr } = await runToEnd(
    {
      program: "cargo",
      args: ["nextest", "list", "--workspace", "--message-format", "json", ...context.args],
      cwd: context.project.folder,
      env: context.env,
      timeoutMs: 3_600_000,
      onOutput: (text, stream) => {
        if (stream === "stderr") context.log(text);
      },
    },
    signal,
  );
  signal.throwIfAborted();
  const suites = end.code === 0 ? readListing(stdout) : undefined;
  if (suites !== undefined) return suites;
  const output = stderr || stdout || String(end.error);
  const first = /^error(?:\[E\d+\])?: .*$/m.exec(output)?.[0] ?? "nextest could not list the tests";
  throw new RunnerError(name, first, { output });
}
