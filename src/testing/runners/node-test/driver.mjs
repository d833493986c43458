import path from "node:path";
import { run } from "node:test";
import { describe, giveUp, say, serve } from "./channel.mjs";

// Runs files with Node's own test runner, each in a process of its own, and says what it reports.

try {
  say({ type: "ready" });
  await serve(async ({ units }) => {
    for (const unit of units) await runFile(unit);
  });
} catch (error) {
  giveUp(error);
}

async function runFile({ unit, file }) {
  say({ type: "started", unit });
  const state = {
    unit,
    file,
    open: [],
    begun: [],
    types: new Map(),
    printed: "",
    tests: 0,
    ownFailure: undefined,
  };
  // A port of its own for each process, in case its inspector is opened when it hangs.
  const events = run({ files: [file], concurrency: false, inspectPort: 0 });
  for await (const { type, data } of events) take(state, type, data);
  const { ownFailure, printed } = state;
  if (ownFailure === undefined) return say({ type: "ended", unit, end: "done" });
  const { exitCode, signal, message } =
    /** @type {{ exitCode?: number, signal?: string, message?: string }} */ (ownFailure);
  const how = signal ? `signal ${signal}` : exitCode === undefined ? "a failure" : `exit code ${exitCode}`;
  const told = message ?? firstError(printed);
  say({
    type: "ended",
    unit,
    end: signal ? "crashed" : "broken",
    failure: {
      message: told ?? `the file ended with ${how}`,
      details: [told === undefined ? "" : `the file ended with ${how}`, printed].filter(Boolean).join("\n"),
    },
  });
}

function take(state, type, data) {
  if (type === "test:stdout" || type === "test:stderr") {
    process.stderr.write(data.message);
    state.printed = (state.printed + data.message).slice(-16_000);
    return;
  }
  if (type === "test:enqueue") return void state.types.set(data.testId, data.type);
  if (type === "test:dequeue") return takeBeginning(state, data);
  if (type === "test:start") {
    state.open[data.nesting] = data.name;
    state.open.length = data.nesting + 1;
    return;
  }
  if (type !== "test:pass" && type !== "test:fail") return;
  if (isFileItself(state, data)) return takeFile(state, type, data);
  state.tests += 1;
  const { details } = data;
  const title = [...state.open.slice(0, data.nesting), data.name];
  const failed = type === "test:fail" && data.todo === undefined;
  const error = details.error;
  // A suite counts only by what its hooks do.
  if (details.type === "suite") {
    if (failed && error?.failureType !== "subtestsFailed") {
      const { message, details } = failureOf(error, state.file);
      state.ownFailure ??= { message: `${title.join(" > ")}: ${message}` };
      state.printed = `${title.join(" > ")}: ${details}\n${state.printed}`;
    }
    return;
  }
  say({
    type: "test",
    unit: state.unit,
    title,
    outcome: failed
      ? "failed"
      : data.skip !== undefined
        ? "skipped"
        : data.todo !== undefined
          ? "todo"
          : "passed",
    ms: details.duration_ms,
    ...(typeof data.skip === "string"
      ? { reason: data.skip }
      : typeof data.todo === "string"
        ? { reason: data.todo }
        : {}),
    ...(failed ? { failures: [failureOf(error, state.file)] } : {}),
  });
}

/** Reports come in the order of the file, this as it happens. Of some versions the type is right before only. */
function takeBeginning(state, data) {
  if (isFileItself(state, data)) return;
  state.begun[data.nesting] = data.name;
  state.begun.length = data.nesting + 1;
  if (state.types.get(data.testId) === "suite") return;
  say({ type: "running", unit: state.unit, title: [...state.begun] });
}

/** Node reports the file as a test of its own if it has no tests or does not end well. */
function isFileItself(state, data) {
  return data.nesting === 0 && path.resolve(data.name) === state.file;
}

function takeFile(state, type, data) {
  if (type === "test:fail") {
    const cause = data.details.error;
    if (cause?.failureType === "subtestsFailed") return;
    state.ownFailure = { exitCode: cause?.exitCode, signal: cause?.signal };
    if (state.printed === "" && cause !== undefined) state.printed = describe(cause.cause ?? cause).details;
  } else if (state.tests === 0) {
    say({
      type: "test",
      unit: state.unit,
      title: [path.basename(state.file)],
      outcome: "passed",
      ms: data.details.duration_ms,
    });
  }
}

/** Node wraps what was thrown; the wrapper says less. */
function failureOf(error, file) {
  if (error === undefined) return { message: "failed" };
  const inner = error.cause ?? error;
  const failure = describe(inner);
  // A failure that only counts those below it.
  if (error.failureType === "subtestsFailed") return { message: error.message ?? failure.message };
  const place = new RegExp(`${escape(file)}:(\\d+)`).exec(failure.details ?? "");
  return place === null ? failure : { ...failure, file, line: Number(place[1]) };
}

function escape(text) {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&");
}

/** `SyntaxError: Unexpected token` in what Node prints before it ends. */
function firstError(printed) {
  return /^(?:\w*Error|\w+ \[\w+\]|Error)\b.*$/m.exec(printed)?.[0];
}
