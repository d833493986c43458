import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { giveUp, say, serve } from "./channel.mjs";

// Starts Playwright's command for each batch and project of its; a reporter of ours tells what happens.

const given = JSON.parse(process.env.CAELUM_PLAYWRIGHT ?? "{}");
delete process.env.CAELUM_PLAYWRIGHT;

const here = path.dirname(fileURLToPath(import.meta.url));
const cli = findCommand();

say({ type: "ready" });
await serve(async (request) => {
  if (request.type === "list") return list();
  const projects = new Map();
  for (const unit of request.units) {
    const project = unit.selection?.[0] ?? "";
    projects.set(project, [...(projects.get(project) ?? []), unit]);
  }
  for (const [project, units] of projects) await runProject(project, units);
});

function findCommand() {
  try {
    return createRequire(path.join(process.cwd(), "caelum.js")).resolve("@playwright/test/cli");
  } catch (error) {
    return giveUp(error);
  }
}

async function list() {
  const { code, printed, said } = await start("list", [], ["--list"]);
  if (said.some(({ type }) => type === "listed")) return;
  say({
    type: "failed",
    message: `playwright could not list its tests (exit code ${code})`,
    details: printed,
  });
}

/** Playwright runs nothing at all if one file cannot be loaded: that one is told, and the others run without it. */
async function runProject(project, units) {
  let left = units;
  while (left.length > 0) {
    // An expression that is found in absolute paths.
    const files = left.map(({ file }) => `${file.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&")}$`);
    const { code, signal, printed, said } = await start("run", left, [
      ...files,
      ...(project === "" ? [] : [`--project=${project}`]),
    ]);
    const ended = new Set(said.filter(({ type }) => type === "ended").map(({ unit }) => unit));
    const open = left.filter(({ unit }) => !ended.has(unit));
    if (open.length < left.length) {
      left = open;
      continue;
    }
    const failure = {
      message: `playwright ended with ${signal ?? `exit code ${code}`} and said nothing of this file`,
      details: printed,
    };
    for (const { unit } of open) say({ type: "ended", unit, end: signal ? "crashed" : "broken", failure });
    return;
  }
}

function start(mode, units, args) {
  const child = spawn(
    process.execPath,
    [
      cli,
      "test",
      ...given.args,
      ...args,
      `--reporter=${path.join(here, "reporter.cjs")}`,
      "--workers=1",
      "--max-failures=0",
    ],
    {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      env: { ...process.env, CAELUM_PLAYWRIGHT_RUN: JSON.stringify({ mode, units }) },
    },
  );
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes) => {
      process.stderr.write(bytes);
      printed = (printed + bytes).slice(-16_000);
    });
  }
  const said = [];
  let rest = "";
  child.stdio[3].setEncoding("utf8").on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const message = JSON.parse(line);
      if (message.type === "listed" || message.type === "ended")
        said.push({ type: message.type, unit: message.unit });
      say(message);
    }
  });
  return new Promise((resolve) => {
    child.on("error", giveUp);
    child.on("close", (code, signal) => resolve({ code, signal, printed, said }));
  });
}
