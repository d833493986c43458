import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, giveUp, say, serve } from "./channel.mjs";

// One process in which Jest runs the files of a batch one after another. Jest is the project's own; a reporter of ours,
// which it loads by its path, finds this program by a name in the global object.

const given = JSON.parse(process.env.CAELUM_JEST ?? "{}");
delete process.env.CAELUM_JEST;
// As Jest's own command does.
process.env.NODE_ENV ??= "test";

const require = createRequire(path.join(process.cwd(), "caelum.js"));
const here = path.dirname(fileURLToPath(import.meta.url));

/** Units by file, those that have not ended. */
let units = new Map();
/** What the file that runs has told, by title and outcome. */
let told = new Map();
let severalProjects = false;
const retrying = new Map();
const outcomes = { passed: "passed", failed: "failed", todo: "todo" };

globalThis[Symbol.for("caelum.jest")] = { fileStarted, testStarted, testEnded, fileEnded };

try {
  const entry = require.resolve("jest");
  const { runCLI } = require(entry);
  const inJest = createRequire(entry);
  const { buildArgv } = inJest("jest-cli");
  const argv = await buildArgv([...(given.args ?? []), "--runInBand"]);
  const { readConfigs } = createRequire(inJest.resolve("jest-cli"))("jest-config");
  const { configs } = await readConfigs(argv, [process.cwd()]);
  severalProjects = configs.length > 1;
  say({ type: "ready" });
  await serve(async (request) => {
    if (request.type === "tests") return listTests(runCLI, argv, request.file);
    // A file that several of Jest's projects have must not end with the first of them.
    for (const batch of batchesOf(request.units)) await runBatch(runCLI, argv, batch);
  });
} catch (error) {
  giveUp(error);
}

/** Loads the file and runs nothing of it: with a pattern that nothing matches, all of its tests are skipped. */
async function listTests(runCLI, argv, file) {
  const found = [];
  // What the project itself selects by title cannot be selected from once more.
  if (!argv.testNamePattern && !severalProjects) {
    units = new Map([[file, { file, failures: [], listed: found }]]);
    await runCLI({ ...argv, ...ownOptions([{ file, pattern: "(?!)" }]) }, [process.cwd()]);
    units.clear();
  }
  say({ type: "listed", units: found.map((name) => ({ file, selection: [name] })) });
}

/** A part of a file is a batch of its own, since a pattern holds for all of a run. */
function batchesOf(units) {
  if (severalProjects) return units.map((unit) => [unit]);
  const whole = units.filter(({ pattern }) => pattern === undefined);
  const parts = units.filter(({ pattern }) => pattern !== undefined);
  return [...(whole.length > 0 ? [whole] : []), ...parts.map((unit) => [unit])];
}

async function runBatch(runCLI, argv, batch) {
  units = new Map(batch.map((unit) => [unit.file, { ...unit, failures: [] }]));
  try {
    await runCLI({ ...argv, ...ownOptions(batch) }, [process.cwd()]);
  } catch (error) {
    // A configuration, a global set-up: no file could run.
    for (const { unit } of units.values())
      say({ type: "ended", unit, end: "broken", failure: describe(error) });
    units.clear();
  }
  for (const { unit, failures, seen } of units.values()) {
    const failure =
      failures[0] ?? (seen ? undefined : { message: "jest does not take this file for a test file" });
    say({ type: "ended", unit, ...(failure === undefined ? { end: "done" } : { end: "broken", failure }) });
  }
}

function ownOptions(batch) {
  return {
    _: batch.map(({ file }) => file),
    $0: "jest",
    runTestsByPath: true,
    runInBand: true,
    reporters: [path.join(here, "reporter.cjs")],
    watch: false,
    watchAll: false,
    onlyChanged: false,
    passWithNoTests: true,
    bail: 0,
    json: false,
    silent: false,
    forceExit: false,
    coverageThreshold: "{}",
    ...(batch[0].pattern === undefined ? {} : { testNamePattern: batch[0].pattern }),
    ...(given.coverage === undefined
      ? { coverage: false, collectCoverage: false }
      : {
          coverage: true,
          coverageReporters: ["json"],
          coverageDirectory: path.join(given.coverage, `jest-${process.pid}-${Date.now()}`),
        }),
  };
}

function fileStarted(test) {
  told = new Map();
  const unit = units.get(test.path);
  if (unit === undefined) return;
  if (!severalProjects) endBefore(test.path);
  if (!unit.seen && unit.listed === undefined) say({ type: "started", unit: unit.unit });
  unit.seen = true;
}

/** Jest runs one file at a time: whatever was seen before this one is over. */
function endBefore(file) {
  for (const [other, { unit, failures, seen }] of units) {
    if (other === file || !seen) continue;
    units.delete(other);
    say({
      type: "ended",
      unit,
      ...(failures.length === 0 ? { end: "done" } : { end: "broken", failure: failures[0] }),
    });
  }
}

function testStarted(test, { ancestorTitles, title }) {
  const unit = units.get(test.path);
  if (unit === undefined || unit.listed !== undefined || severalProjects) return;
  say({ type: "running", unit: unit.unit, title: [...ancestorTitles, title] });
}

function testEnded(test, result) {
  const unit = units.get(test.path);
  // A failure that Jest will try again is told like any other: which one counts shows at the end of the file.
  // Of several projects, Jest names the wrong one here.
  if (
    unit === undefined ||
    unit.listed !== undefined ||
    severalProjects ||
    (result.status === "failed" && mayRetry(test))
  )
    return;
  const key = keyOf(result);
  told.set(key, (told.get(key) ?? 0) + 1);
  tell(unit, test, result);
}

/** Whether the file or what its project sets up for it asks for `jest.retryTimes`. */
function mayRetry({ path: file, context }) {
  const { setupFilesAfterEnv = [], setupFiles = [] } = context.config;
  return [file, ...setupFilesAfterEnv, ...setupFiles].some((each) => {
    if (!retrying.has(each)) retrying.set(each, readFileSync(each, "utf8").includes("retryTimes"));
    return retrying.get(each);
  });
}

function fileEnded(test, result) {
  const unit = units.get(test.path);
  if (unit === undefined) return;
  if (unit.listed !== undefined) {
    unit.listed.push(...result.testResults.map(nameOf));
    return;
  }
  for (const each of result.testResults) {
    const key = keyOf(each);
    const left = told.get(key) ?? 0;
    if (left > 0) told.set(key, left - 1);
    else tell(unit, test, each);
  }
  for (const { message, type, origin } of result.console ?? [])
    process.stderr.write(`console.${type} ${message}\n${origin}\n`);
  const error = result.testExecError;
  if (error !== undefined && error !== null) unit.failures.push(suiteFailure(error, result));
  else if (result.failureMessage && result.testResults.every(({ status }) => status !== "failed")) {
    unit.failures.push(suiteFailure(result.failureMessage, result));
  }
  if (!severalProjects) endBefore(undefined);
}

function suiteFailure(error, result) {
  const failure = describe(error);
  const message = result.failureMessage ?? failure.message;
  return { message: firstLine(failure.message) || firstLine(message), details: message };
}

function firstLine(text) {
  return String(text).trim().split("\n", 1)[0];
}

function keyOf({ ancestorTitles, title, status }) {
  return JSON.stringify([...ancestorTitles, title, status]);
}

function nameOf({ ancestorTitles, title }) {
  return [...ancestorTitles, title].join(" ");
}

function tell({ unit, pattern }, test, result) {
  // What is skipped since another part has it is told there.
  if (pattern !== undefined && !new RegExp(pattern, "i").test(nameOf(result))) return;
  const displayed = severalProjects ? test.context.config.displayName?.name : undefined;
  const retries = (result.invocations ?? 1) - 1;
  const outcome = outcomes[result.status] ?? "skipped";
  const place = result.location;
  say({
    type: "test",
    unit,
    title: [...(displayed === undefined ? [] : [`|${displayed}|`]), ...result.ancestorTitles, result.title],
    outcome,
    ms: result.duration ?? 0,
    ...(outcome === "failed" ? { failures: failuresOf(result, test.path, place) } : {}),
    ...(retries > 0 ? { retries } : {}),
  });
}

function failuresOf(result, file) {
  return (result.failureMessages ?? []).map((text, index) => {
    const detail = result.failureDetails?.[index];
    const matcher = detail?.matcherResult ?? detail?.error?.matcherResult;
    const line = new RegExp(`${escape(file)}:(\\d+)`).exec(text)?.[1];
    return {
      message: firstLine(text),
      details: text,
      ...(line === undefined ? {} : { file, line: Number(line) }),
      ...(matcher?.expected === undefined ? {} : { expected: shown(matcher.expected) }),
      ...(matcher?.actual === undefined ? {} : { actual: shown(matcher.actual) }),
    };
  });
}

function shown(value) {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

function escape(text) {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&");
}
