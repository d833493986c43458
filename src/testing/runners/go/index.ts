import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { TestUnit } from "../../model.ts";
import type { GroupedProcess } from "../common/process.ts";
import { delay } from "../common/process.ts";
import { exactPattern, quoteCommand } from "../common/quote.ts";
import { runToEnd } from "../common/run-to-end.ts";
import { asFileOfTree, inProject, unitOf } from "../common/unit-paths.ts";
import {
  type Ending,
  endingOfStopped,
  failureOfProcess,
  partsByName,
  runUnitProcess,
  unitSession,
  type UnitRun,
} from "../common/unit-session.ts";
import { RunnerError } from "../errors.ts";
import type { Runner, RunnerContext } from "../runner.ts";
import { readGoArguments } from "./arguments.ts";
import { GoOutput } from "./output.ts";
import { vetArguments } from "./vet.ts";

const name = "go";

/** `go test`, a package at a time; each package is built once and its binary kept, so that parts of it start in milliseconds. */
export const go: Runner = {
  name,
  detect(project) {
    if (!project.files.includes("go.mod") || !project.files.some((file) => file.endsWith("_test.go")))
      return undefined;
    return {
      runner: name,
      project: project.path,
      because: "go.mod",
      tools: [
        {
          name: "go",
          check: { program: "go", args: ["version"] },
          hint: "install Go (https://go.dev/dl), and put it on the path of non-interactive shells",
        },
      ],
    };
  },
  list,
  async split(unit, parts, context, signal) {
    const built = await build(unit, context, signal);
    if ("end" in built) return [unit];
    const { stdout } = await runToEnd(
      {
        program: built.binary,
        args: ["-test.list", "."],
        cwd: folderOf(unit, context),
        env: context.env,
        timeoutMs: 60_000,
      },
      signal,
    );
    const names = stdout.split("\n").filter((line) => /^(?:Test|Example|Fuzz)\w*$/.test(line));
    return partsByName(unit, names, parts);
  },
  start: async (context) => unitSession(context, runUnit),
  coverage: () => [],
  reproduce(test, unit) {
    const folder = inProject({ path: unit.project }, unit.file);
    const pattern = test === undefined ? [] : ["-run", test.title.map(exactPattern).join("/")];
    return quoteCommand(["go", "test", folder === "." ? "." : `./${folder}`, ...pattern]);
  },
};

async function list(context: RunnerContext, signal: AbortSignal): Promise<TestUnit[]> {
  const { project, env } = context;
  const format = "{{.Dir}}\t{{range .TestGoFiles}}{{.}} {{end}}{{range .XTestGoFiles}}{{.}} {{end}}";
  const { build: flags } = readGoArguments(context.args);
  const listed = await runToEnd(
    {
      program: "go",
      args: ["list", "-e", ...flags, "-f", format, "./..."],
      cwd: project.folder,
      env,
      timeoutMs: 300_000,
    },
    signal,
  );
  signal.throwIfAborted();
  if (listed.end.code !== 0) {
    throw new RunnerError(name, "go could not list its packages", {
      output: listed.stderr || String(listed.end.error),
    });
  }
  const units = listed.stdout.split("\n").flatMap((line) => {
    const [folder = "", files = ""] = line.split("\t");
    const names = files.split(" ").filter((file) => file !== "");
    return names.length === 0 ? [] : [packageUnit(context, folder, names)];
  });
  return units.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function packageUnit({ project }: RunnerContext, folder: string, files: readonly string[]): TestUnit {
  const paths = files.map((file) => path.join(folder, file)).filter((file) => existsSync(file));
  const bytes = paths.reduce((sum, file) => sum + statSync(file).size, 0);
  const tests = paths.reduce(
    (sum, file) =>
      sum + (readFileSync(file, "utf8").match(/^func (?:Test|Example|Fuzz)(?!Main\b)\w*\(/gm)?.length ?? 0),
    0,
  );
  const file = inProject(project, asFileOfTree(project, folder));
  return unitOf(name, project, file === "" ? "." : file, { bytes, tests, splittable: tests > 1 });
}

function folderOf(unit: TestUnit, { project }: RunnerContext): string {
  return path.join(project.folder, ...inProject(project, unit.file).split("/"));
}

async function runUnit(run: UnitRun): Promise<Ending> {
  const { unit, context, signal } = run;
  const built = await build(unit, context, signal);
  if ("end" in built) return built;
  const output = new GoOutput(run);
  const cwd = folderOf(unit, context);
  const args = [
    built.marks ? "-test.v=test2json" : "-test.v=true",
    "-test.paniconexit0",
    // It is ended from outside; its own bound gives a stack even where signals do not.
    `-test.timeout=${Math.ceil(context.timeoutMs / 1000) + (process.platform === "win32" ? 0 : 60)}s`,
    ...(unit.selection === undefined ? [] : [`-test.run=^(?:${unit.selection.join("|")})$`]),
    ...(context.coverage === undefined ? [] : [`-test.coverprofile=${coverageFile(unit, context.coverage)}`]),
    ...readGoArguments(context.args).run,
  ];
  const env = { ...context.env, PWD: cwd };
  const finished = await runUnitProcess(
    run,
    { program: built.binary, args, cwd, env, dump: goroutines },
    output.write,
  );
  const stopped = endingOfStopped(finished, context);
  if (stopped !== undefined) return stopped;
  const { code, signal: killed } = finished.end;
  if (output.concluded && (code === 0 || code === 1)) return { end: "done" };
  const failure = failureOfProcess("the test binary", finished);
  const panic = /^(?:panic: .*|fatal error: .*)$/m.exec(finished.stderr + finished.stdout)?.[0];
  return {
    end: killed !== null || output.begun ? "crashed" : "broken",
    failure: panic === undefined ? failure : { ...failure, message: panic },
  };
}

type Built = { binary: string; marks: boolean } | Ending;

/** Builds the package's test binary, unless it is there, and vets the package as `go test` does. */
async function build(unit: TestUnit, context: RunnerContext, signal: AbortSignal): Promise<Built> {
  const folder = folderOf(unit, context);
  const extension = process.platform === "win32" ? ".exe" : "";
  const binary = path.join(context.scratch, `go-${hash(unit.project + unit.file)}.test${extension}`);
  const version = await goVersion(context, signal);
  if (existsSync(binary)) return { binary, marks: version >= 20 };
  mkdirSync(context.scratch, { recursive: true });
  const { build: flags, vet } = readGoArguments(context.args);
  const cover = context.coverage === undefined ? [] : ["-cover", "-coverpkg=./..."];
  // A compiler that is killed leaves its files: they are to lie where ours go with the slot.
  const env = { ...context.env, GOTMPDIR: context.scratch };
  const options = { cwd: folder, env, program: "go", timeoutMs: 1_800_000 };
  // Built in the folder of the module, since `-coverpkg` is relative to it.
  const place = `./${inProject(context.project, unit.file)}`;
  const [compiled, vetted] = await Promise.all([
    runToEnd(
      {
        ...options,
        cwd: context.project.folder,
        args: ["test", "-c", "-vet=off", "-o", binary, ...flags, ...cover, place],
      },
      signal,
    ),
    runToEnd(
      {
        ...options,
        args: ["vet", ...flags.filter((flag) => !/^-{1,2}race$/.test(flag)), ...vetArguments(version), "."],
      },
      signal,
    ),
  ]);
  if (signal.aborted) return { end: "cancelled" };
  const complaint = vet && vetted.end.code !== 0 ? vetted : undefined;
  const failed = compiled.end.code !== 0 ? compiled : complaint;
  if (failed === undefined) return { binary, marks: version >= 20 };
  const what = failed === compiled ? "go test -c" : "go vet";
  const failure = failureOfProcess(what, failed);
  const first = /^(?:vet: )?\S+\.go:\d+:\d+: .*$/m.exec(failed.stderr)?.[0];
  return { end: "broken", failure: first === undefined ? failure : { ...failure, message: first } };
}

const versions = new Map<string, number>();

/** The minor version: 19 for Go 1.19. */
async function goVersion(context: RunnerContext, signal: AbortSignal): Promise<number> {
  const key = `${context.env["PATH"]}`;
  const known = versions.get(key);
  if (known !== undefined) return known;
  const { stdout } = await runToEnd(
    {
      program: "go",
      args: ["env", "GOVERSION"],
      cwd: context.project.folder,
      env: context.env,
      timeoutMs: 60_000,
    },
    signal,
  );
  const minor = Number(/go1\.(\d+)/.exec(stdout)?.[1] ?? 20);
  versions.set(key, minor);
  return minor;
}

function coverageFile(unit: TestUnit, folder: string): string {
  mkdirSync(folder, { recursive: true });
  return path.join(folder, `go-${hash(unit.id)}-${Date.now()}.out`);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Go prints the stacks of all goroutines on SIGQUIT, and ends. */
async function goroutines(hung: GroupedProcess, printed: () => string): Promise<string | undefined> {
  hung.signal("SIGQUIT");
  await Promise.race([hung.ended, delay(2000)]);
  const all = printed();
  const start = all.indexOf("SIGQUIT: quit");
  return start < 0 ? undefined : ownFirst(all.slice(start));
}

/** Goroutines that stand in test files come first: those of the runtime say nothing of a hang. */
function ownFirst(stacks: string): string {
  const blocks = stacks.split(/\r?\n\s*\n/);
  const own = new Set(blocks.filter((block) => /^goroutine \d/m.test(block) && /_test\.go:\d/.test(block)));
  return [...own, ...blocks.filter((block) => !own.has(block))].join("\n\n");
}
