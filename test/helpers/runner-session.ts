import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { TestResult, TestUnit, UnitEnd } from "../../src/testing/model.ts";
import type { ProjectFolder, Runner, RunnerContext, RunnerEvent } from "../../src/testing/runners/runner.ts";
import { projectRoot } from "./run-caelum.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface BatchResult {
  events: RunnerEvent[];
  tests: TestResult[];
  ends: Map<string, UnitEnd>;
}

export interface TriedRunner {
  context: RunnerContext;
  log(): string;
  list(): Promise<TestUnit[]>;
  /** Runs these units, or all, and checks what holds of every runner: starts, tests, one end, in this order. */
  run(options?: {
    units?: readonly TestUnit[];
    signal?: AbortSignal;
    onEvent?: (event: RunnerEvent) => void;
  }): Promise<BatchResult>;
  stop(): Promise<void>;
}

/** A copy of a fixture project, with further files, that goes when the test ends. */
export function projectCopy(
  fixture: string | undefined,
  files: Readonly<Record<string, string>> = {},
): string {
  const folder = temporaryFolder({});
  if (fixture !== undefined)
    cpSync(path.join(projectRoot, "test/fixtures/testing", fixture), folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    rmSync(path.join(folder, file), { force: true });
    cpSync(temporaryFile(content), path.join(folder, file));
  }
  return folder;
}

function temporaryFile(content: string): string {
  return path.join(temporaryFolder({ file: content }), "file");
}

/** Gives a project the packages that this one has. */
function linkPackages(folder: string): void {
  symlinkSync(path.join(projectRoot, "node_modules"), path.join(folder, "node_modules"), "junction");
}

export function projectFolder(folder: string, below = ""): ProjectFolder {
  const absolute = path.join(folder, below);
  const files = readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path.relative(absolute, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"),
    )
    .filter((file) => !/(?:^|\/)(?:node_modules|target|\.git)\//.test(file))
    .sort();
  return {
    path: below,
    folder: absolute,
    files,
    read: (file) => {
      try {
        return readFileSync(path.join(absolute, file), "utf8");
      } catch {
        return undefined;
      }
    },
  };
}

/** A runner on a project, as the host program drives it. Stopped when the test ends. */
export function runnerSession(
  runner: Runner,
  project: ProjectFolder,
  options: Partial<Omit<RunnerContext, "project">> = {},
): TriedRunner {
  const scratch = realpathSync(mkdtempSync(path.join(os.tmpdir(), "caelum-scratch-")));
  let log = "";
  const context: RunnerContext = {
    project,
    env: environment(),
    scratch,
    slot: 0,
    timeoutMs: 60_000,
    args: [],
    log: (text) => void (log += text),
    ...options,
  };
  let session: Awaited<ReturnType<Runner["start"]>> | undefined;
  const stop = async (): Promise<void> => {
    await session?.stop();
    session = undefined;
  };
  onTestFinished(async () => {
    await stop();
    rmSync(scratch, { recursive: true, force: true });
  });
  const list = (): Promise<TestUnit[]> => runner.list(context, new AbortController().signal);
  return {
    context,
    log: () => log,
    list,
    stop,
    run: async ({ units, signal = new AbortController().signal, onEvent } = {}) => {
      const wanted = units ?? (await list());
      const events: RunnerEvent[] = [];
      session ??= await runner.start(context);
      await session.run(
        wanted,
        (event) => {
          events.push(event);
          onEvent?.(event);
        },
        signal,
      );
      return checked(wanted, events);
    },
  };
}

/** A runner on a copy of its fixture project, with further files, and the packages of Node that it needs. */
export function fixtureSession(
  runner: Runner,
  fixture: string,
  files: Readonly<Record<string, string>> = {},
  options: Partial<Omit<RunnerContext, "project">> = {},
): TriedRunner {
  const folder = projectCopy(fixture, files);
  if (existsSync(path.join(folder, "package.json"))) linkPackages(folder);
  return runnerSession(runner, projectFolder(folder), options);
}

/** The environment of these tests without what this project's own runner has put into it. */
function environment(): Record<string, string> {
  const own = /^(?:VITEST|NODE_ENV$|TEST$|NODE_OPTIONS$|NODE_V8_COVERAGE$|NODE_TEST_CONTEXT$|npm_)/;
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => !own.test(entry[0]) && entry[1] !== undefined,
    ),
  );
}

function checked(units: readonly TestUnit[], events: RunnerEvent[]): BatchResult {
  const ends = new Map<string, UnitEnd>();
  const started = new Set<string>();
  const names = new Set<string>();
  const tests: TestResult[] = [];
  for (const event of events) {
    if (ends.has(event.unit)) throw new Error(`${event.type} of ${event.unit} after its end`);
    if (event.type === "unit.started") {
      if (started.has(event.unit)) throw new Error(`${event.unit} started twice`);
      started.add(event.unit);
    } else if (event.type === "test") {
      if (!started.has(event.unit)) throw new Error(`a test of ${event.unit} before its start`);
      const name = JSON.stringify(event.result.test);
      if (names.has(name)) throw new Error(`${name} was told twice`);
      names.add(name);
      tests.push(event.result);
    } else {
      const { type: _type, ...end } = event;
      ends.set(event.unit, end);
    }
  }
  for (const unit of units) if (!ends.has(unit.id)) throw new Error(`${unit.id} never ended`);
  if (ends.size !== units.length) throw new Error("a unit ended that nobody asked for");
  return { events, tests, ends };
}

/** `passed a suite > takes 1` for each test: what suites are compared by. */
export function lines(tests: readonly TestResult[]): string[] {
  return tests.map(
    ({ outcome, test }) =>
      `${outcome} ${test.title.join(" > ")}${test.ordinal > 0 ? ` #${test.ordinal + 1}` : ""}`,
  );
}

/** How units ended, by file and part. */
export function endsByFile(ends: ReadonlyMap<string, UnitEnd>): Record<string, UnitEnd["end"]> {
  return Object.fromEntries([...ends].map(([id, { end }]) => [id.split("|").slice(2).join("|"), end]));
}
