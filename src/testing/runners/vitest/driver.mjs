import { existsSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, giveUp, say, serve } from "./channel.mjs";

// One Vitest that stays up and runs file after file through its programming interface, one worker at a time: whatever
// happens then belongs to the file that runs. Vitest is the project's own. https://vitest.dev/api/advanced/vitest

const options = JSON.parse(process.env.CAELUM_VITEST ?? "{}");
delete process.env.CAELUM_VITEST;
// As Vitest's own command does.
process.env.TEST = "true";
process.env.VITEST = "true";
process.env.NODE_ENV ??= "test";

/** The unit that runs, and which of its tests were told. */
let current;
/** What the project's script restricts Vitest to. */
let filters = [];
/** Of coverage, kept so far. */
let reports = 0;

const reporter = {
  onUserConsoleLog(log) {
    process.stderr.write(log.content);
    if (log.taskId === undefined || current === undefined) return;
    const before = current.printed.get(log.taskId) ?? "";
    if (before.length < 64_000) current.printed.set(log.taskId, before + log.content);
  },
  onTestCaseReady(test) {
    if (current === undefined || test.options.mode === "skip" || test.options.mode === "todo") return;
    say({ type: "running", unit: current.unit, title: [...current.prefix, ...titleOf(test)] });
  },
  onTestCaseResult(test) {
    tell(test);
  },
};

try {
  const vitest = await create();
  say({ type: "ready" });
  await serve(
    async (request) => {
      if (request.type === "list") await list(vitest);
      else if (request.type === "tests") await listTests(vitest, request);
      else for (const unit of request.units) await runUnit(vitest, unit);
    },
    async () => {
      await reportUntested(vitest);
      await vitest.close();
    },
  );
} catch (error) {
  giveUp(error);
}

async function create() {
  const require = createRequire(path.join(process.cwd(), "caelum.js"));
  const { createVitest, parseCLI } = await import(pathToFileURL(resolveNode(require)).href);
  const { filter, options: given } = parseCLI(["vitest", "run", ...(options.args ?? [])], {
    allowUnknownOptions: true,
  });
  filters = filter;
  const cli = {
    ...given,
    run: true,
    watch: false,
    reporters: [reporter],
    maxWorkers: 1,
    minWorkers: 1,
    fileParallelism: false,
    bail: 0,
    shard: undefined,
    ui: false,
    open: false,
    clearScreen: false,
    coverage: coverageOptions(given.coverage),
  };
  const vitest = await withOwnTemporaries(() => createVitest("test", cli));
  for (const project of vitest.projects) addFlags(project.config);
  await (vitest.standalone?.() ?? vitest.init());
  return vitest;
}

/** Vitest keeps modules among the temporary files until it closes; where it is killed, they are to go with our folder. */
async function withOwnTemporaries(create) {
  const name = process.platform === "win32" ? "TEMP" : "TMPDIR";
  const given = process.env[name];
  process.env[name] = fileURLToPath(new URL(".", import.meta.url));
  try {
    return await create();
  } finally {
    if (given === undefined) delete process.env[name];
    else process.env[name] = given;
  }
}

function resolveNode(require) {
  return require.resolve("vitest/node");
}

function coverageOptions(given) {
  if (options.coverage === undefined) return { enabled: false };
  return {
    ...given,
    enabled: true,
    provider: options.coverage.provider,
    reporter: ["json"],
    reportsDirectory: options.coverage.folder,
    reportOnFailure: true,
    clean: true,
    cleanOnRerun: true,
    thresholds: undefined,
  };
}

/** The next file's report would take its place; and what is here stays if the next file kills this process. */
function keepReport() {
  if (options.coverage === undefined) return;
  const written = path.join(options.coverage.folder, "coverage-final.json");
  if (existsSync(written))
    renameSync(written, path.join(options.coverage.kept, `vitest-${process.pid}-${reports++}.json`));
}

/** What the project wants to be measured and no test has loaded, as Vitest adds it to a run of all tests. */
async function reportUntested(vitest) {
  const provider = vitest.coverageProvider;
  if (options.coverage === undefined || typeof provider?.generateCoverage !== "function") return;
  await provider.clean();
  const untested = await provider.generateCoverage({ allTestsRun: true });
  await provider.reportCoverage(untested, { allTestsRun: true });
  keepReport();
}

/** Flags for the processes of tests; those of this process do not reach them. */
function addFlags(config) {
  if (Array.isArray(config.execArgv)) config.execArgv.push(...options.flags);
  const forks = config.poolOptions?.forks;
  if (forks !== undefined) forks.execArgv = [...(forks.execArgv ?? []), ...options.flags];
}

/** A file that several of Vitest's projects test is several units. */
async function list(vitest) {
  const byFile = new Map();
  for (const spec of await vitest.globTestSpecifications(filters)) {
    const names = byFile.get(spec.moduleId) ?? new Set();
    byFile.set(spec.moduleId, names.add(spec.project.name ?? ""));
  }
  const units = [...byFile].flatMap(([file, names]) =>
    names.size === 1 ? [{ file }] : [...names].map((name) => ({ file, selection: [name], part: name })),
  );
  say({ type: "listed", units });
}

/** Loads the file and runs nothing of it. */
async function listTests(vitest, { file, selection }) {
  const specs = await chosen(vitest, file, selection);
  // What the project itself selects by title cannot be selected from once more.
  if (vitest.config.testNamePattern) return say({ type: "listed", units: [] });
  await vitest.collectTests(specs);
  const modules = specs.map((spec) => moduleOf(vitest, spec)).filter((module) => module !== undefined);
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  say({ type: "listed", units: tests.map((test) => ({ file, selection: [titleOf(test).join(" ")] })) });
}

async function chosen(vitest, file, selection) {
  const specs = await specificationsOf(vitest, file);
  return specs.filter((spec) => selection === undefined || selection.includes(spec.project.name ?? ""));
}

async function runUnit(vitest, { unit, file, selection, pattern }) {
  say({ type: "started", unit });
  current = {
    unit,
    file,
    told: new Set(),
    printed: new Map(),
    part: pattern === undefined ? undefined : new RegExp(pattern),
    prefix: selection?.slice(0, 1).map((name) => `|${name}|`) ?? [],
  };
  const specs = await chosen(vitest, file, selection);
  if (specs.length === 0) {
    const message = "vitest does not take this file for a test file";
    return say({ type: "ended", unit, end: "broken", failure: { message } });
  }
  if (current.part === undefined) vitest.resetGlobalTestNamePattern?.();
  else vitest.setGlobalTestNamePattern(current.part);
  const { unhandledErrors } = await vitest.runTestSpecifications(specs, false);
  keepReport();
  const modules = specs.map((spec) => moduleOf(vitest, spec)).filter((module) => module !== undefined);
  // What was skipped as a whole, or not told for whatever reason.
  for (const module of modules) for (const test of module.children.allTests()) tell(test);
  const errors = [...modules.flatMap(errorsOf), ...unhandledErrors];
  const ended = modules.length === specs.length && modules.every((module) => isOver(module));
  current = undefined;
  const [first] = errors;
  if (first === undefined && ended) return say({ type: "ended", unit, end: "done" });
  const failures = errors.map((error) => failureOf(error, file));
  const details = failures.map(({ details }) => details).join("\n\n");
  const crash =
    /Worker (?:forks|threads|vmForks|vmThreads|exited unexpectedly)|Worker exited|process\.exit unexpectedly|Channel closed/i.test(
      details,
    );
  // What the pool says first is only that something went wrong.
  const exited = /Worker exited unexpectedly with [\w ]+?(?= during|$)/m.exec(details)?.[0];
  say({
    type: "ended",
    unit,
    end: crash || !ended ? "crashed" : "broken",
    failure: {
      ...(failures[0] ?? { message: "vitest ended without a result for this file" }),
      ...(exited === undefined ? {} : { message: exited }),
      details,
    },
  });
}

async function specificationsOf(vitest, file) {
  const known = vitest.getModuleSpecifications(file);
  if (known.length > 0) return known;
  await vitest.globTestSpecifications();
  return vitest.getModuleSpecifications(file);
}

function moduleOf(vitest, spec) {
  const module = spec.testModule;
  if (module !== undefined) return module;
  return vitest.state.getTestModules([spec.moduleId]).find((module) => module.project === spec.project);
}

function isOver(module) {
  return ["passed", "failed", "skipped"].includes(module.state());
}

/** Failed imports, and hooks of files and suites. */
function errorsOf(module) {
  const suites = [...module.children.allSuites()];
  return [...module.errors(), ...suites.flatMap((suite) => [...suite.errors()])];
}

function tell(test) {
  if (current === undefined || current.told.has(test.id)) return;
  const { state, errors = [], note } = test.result();
  // What is skipped since another part has it is told there.
  if (state === "pending" || current.part?.test(titleOf(test).join(" ")) === false) return;
  current.told.add(test.id);
  const diagnostic = test.diagnostic();
  const failed = state === "failed";
  const output = current.printed.get(test.id);
  say({
    type: "test",
    unit: current.unit,
    title: [...current.prefix, ...titleOf(test)],
    outcome: failed
      ? "failed"
      : state === "passed"
        ? "passed"
        : test.options.mode === "todo"
          ? "todo"
          : "skipped",
    ms: diagnostic?.duration ?? 0,
    ...(failed ? { failures: errors.map((error) => failureOf(error, current.file)) } : {}),
    ...(note === undefined ? {} : { reason: note }),
    ...(diagnostic?.retryCount > 0 ? { retries: diagnostic.retryCount } : {}),
    ...(output === undefined ? {} : { output }),
  });
}

function titleOf(test) {
  const title = [test.name];
  for (let above = test.parent; above.type === "suite"; above = above.parent) title.unshift(above.name);
  return title;
}

function failureOf(error, file) {
  const failure = describe(error);
  const frame = (error.stacks ?? error.parsedStacks ?? []).find((frame) => frame.file === file);
  const difference = typeof error.diff === "string" ? `${error.diff}\n\n` : "";
  return {
    ...failure,
    details: `${failure.message}\n\n${difference}${failure.details}`,
    ...(frame === undefined ? {} : { file, line: frame.line }),
  };
}
