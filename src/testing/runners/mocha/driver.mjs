import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, giveUp, say, serve } from "./channel.mjs";

// Runs test files in one process, each with a Mocha of its own, as the workers of Mocha's parallel mode do. Mocha is the
// project's; how it reads its options and finds its files is asked of its own parts.

const given = JSON.parse(process.env.CAELUM_MOCHA ?? "{}");
const require = createRequire(path.join(process.cwd(), "caelum.js"));

let Mocha;
let options;
let plugins;
const loaded = new Map();

try {
  const root = path.dirname(require.resolve("mocha/package.json"));
  const { version } = require("mocha/package.json");
  const [major, minor] = version.split(".").map(Number);
  if (major < 8 || (major === 8 && minor < 2))
    throw `mocha ${version} is too old, 8.2 is the oldest that can be run`;
  const part = (name) =>
    tryRequire(path.join(root, "lib/cli", `${name}.cjs`)) ?? require(path.join(root, "lib/cli", name));
  const flags = readOptions(part("options"), part("node-flags"));
  if (flags.length > 0 && process.env.CAELUM_MOCHA_FLAGS === undefined) await again(flags);
  delete process.env.CAELUM_MOCHA;
  delete process.env.CAELUM_MOCHA_FLAGS;
  const main = await import(pathOf(root));
  Mocha = main.default ?? main;
  const helpers = part("run-helpers");
  plugins = await helpers.handleRequires(options.require);
  helpers.validateLegacyPlugin(options, "ui", Mocha.interfaces);
  say({ type: "ready" });
  const fixtures = globalFixtures();
  await serve(
    async (request) => {
      if (request.type === "list") return list(part("collect-files"));
      if (request.type === "tests") return listTests(request.file);
      await fixtures.setUp();
      for (const unit of request.units) await runFile(unit);
    },
    () => fixtures.tearDown(),
  );
} catch (error) {
  giveUp(error);
}

function tryRequire(file) {
  try {
    return require(file);
  } catch (error) {
    if (error.code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

function pathOf(root) {
  return createRequire(path.join(root, "index.js")).resolve(root);
}

/** Fills `options` and gives the flags that Node itself has to be started with. */
function readOptions({ loadOptions }, { isNodeFlag, unparseNodeFlags }) {
  const all = loadOptions(given.args ?? []);
  options = {};
  const nodeFlags = {};
  for (const [name, value] of Object.entries(all)) {
    if (isNodeFlag(name)) nodeFlags[name.replace(/^v8-(?!options)/, "")] = value;
    else options[name] = value;
  }
  for (const [name, value] of Object.entries(options)) {
    const camel = name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
    if (!(camel in options)) options[camel] = value;
  }
  for (const name of ["require", "extension", "ignore", "file"]) options[name] = listOf(options[name]);
  if (options["node-option"]?.length > 0) return listOf(options["node-option"]).map((flag) => `--${flag}`);
  return Object.keys(nodeFlags).length === 0 ? [] : unparseNodeFlags(nodeFlags);
}

function listOf(value) {
  const all = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return all.flatMap((entry) => (typeof entry === "string" ? entry.split(/ *, */) : [entry]));
}

/** Starts this program once more with these flags in its place: it has the same pipes. */
function again(flags) {
  const child = spawn(process.execPath, [...process.execArgv, ...flags, ...process.argv.slice(1)], {
    stdio: ["inherit", "inherit", "inherit", 3, 4],
    env: { ...process.env, CAELUM_MOCHA_FLAGS: "set" },
  });
  return new Promise(() => {
    child.on("error", giveUp);
    child.on("exit", (code, signal) => (signal ? process.kill(process.pid, signal) : process.exit(code)));
  });
}

function plainMocha() {
  return new Mocha({ ...options, ...plugins });
}

function globalFixtures() {
  let done = false;
  let context;
  return {
    async setUp() {
      if (done) return;
      done = true;
      if (plugins.globalSetup !== undefined) context = await plainMocha().runGlobalSetup();
    },
    async tearDown() {
      if (done && plugins.globalTeardown !== undefined) await plainMocha().runGlobalTeardown(context);
    },
  };
}

function list(collectFiles) {
  const collect = collectFiles.collectFiles ?? collectFiles;
  const spec = options._?.length > 0 ? options._ : ["./test"];
  const found = collect({
    allowEmpty: true,
    ignore: options.ignore,
    extension: options.extension,
    file: [],
    recursive: options.recursive ?? false,
    sort: true,
    spec,
  });
  const files = Array.isArray(found) ? found : found.files;
  const first = new Set(options.file.map((file) => path.resolve(file)));
  const units = [...new Set(files)].filter((file) => !first.has(file)).map((file) => ({ file }));
  say({ type: "listed", units });
}

/** Loads the file and runs nothing of it. */
async function listTests(file) {
  const units = [];
  const take = (test) => units.push({ file, selection: [test.titlePath().join(" ")] });
  const listen = (runner) => runner.on("pass", take).on("pending", take);
  // What the project itself selects by title cannot be selected from once more.
  if (!options.grep && !options.fgrep) await runMocha({ file, listen, more: { dryRun: true } });
  say({ type: "listed", units });
}

async function runFile({ unit, file, pattern }) {
  say({ type: "started", unit });
  const more = pattern === undefined ? {} : { grep: new RegExp(pattern) };
  const state = {
    unit,
    file,
    more,
    listen: (runner) => listen(runner, state),
    told: new Set(),
    failure: undefined,
  };
  try {
    await runMocha(state);
  } catch (error) {
    state.failure ??= failureOf(error, file);
  }
  const { failure } = state;
  say({ type: "ended", unit, ...(failure === undefined ? { end: "done" } : { end: "broken", failure }) });
}

async function runMocha(state) {
  const mocha = new Mocha({
    ...options,
    ...plugins,
    parallel: false,
    bail: false,
    ...state.more,
    reporter: function (runner) {
      state.listen(runner);
    },
    cleanReferencesAfterRun: true,
  });
  mocha.enableGlobalSetup?.(false);
  mocha.enableGlobalTeardown?.(false);
  for (const each of [...options.file.map((file) => path.resolve(file)), state.file]) mocha.addFile(each);
  await mocha.loadFilesAsync({ esmDecorator: decorated });
  await new Promise((resolve) => mocha.run(resolve));
  mocha.dispose?.();
}

/** An ES module is loaded once for each name: a second time it needs another one. */
function decorated(specifier) {
  const name = String(specifier);
  const times = loaded.get(name) ?? 0;
  loaded.set(name, times + 1);
  return times === 0 ? specifier : `${name}?caelum=${times}`;
}

function listen(runner, state) {
  runner.on("test", (test) => say({ type: "running", unit: state.unit, title: test.titlePath() }));
  runner.on("pass", (test) => tell(state, test, "passed"));
  runner.on("pending", (test) => tell(state, test, "skipped"));
  runner.on("fail", (test, error) => {
    const failure = failureOf(error, state.file);
    if (test.type === "test" && !state.told.has(test)) return tell(state, test, "failed", failure);
    // A hook, or an error that came after the test had been counted.
    state.failure ??= { ...failure, message: `${test.titlePath().join(" > ")}: ${failure.message}` };
  });
}

function tell(state, test, outcome, failure) {
  state.told.add(test);
  const retries = test.currentRetry?.() ?? 0;
  say({
    type: "test",
    unit: state.unit,
    title: test.titlePath(),
    outcome,
    ms: test.duration ?? 0,
    ...(failure === undefined ? {} : { failures: [failure] }),
    ...(retries > 0 ? { retries } : {}),
  });
}

function failureOf(error, file) {
  const failure = describe(error);
  // Mocha shortens its stacks to what lies below the working folder.
  const names = [file, path.relative(process.cwd(), file)].map(escape).join("|");
  const line = new RegExp(`(?:${names}):(\\d+)`).exec(failure.details ?? "")?.[1];
  return line === undefined ? failure : { ...failure, file, line: Number(line) };
}

function escape(text) {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&");
}
