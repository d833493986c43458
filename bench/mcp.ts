/**
 * The MCP server beside public ones: start, calls, memory; and tokens beside grep and reading.
 *
 *     node bench/mcp.ts [--root FOLDER] [--clients FOLDER] [--rounds 11] [--only start,calls,pool,project,tokens] [--json]
 *
 * `--clients`: where `test/fixtures/mcp-clients` was installed; by default that is done, once, beside the corpus. `--root`: Django's
 * sources of the corpus.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { CodeService } from "../src/analysis/service/index.ts";
import { withTemporary } from "./lib/caelum.ts";
import { mcpClients } from "./lib/mcp-clients.ts";
import { BenchServer, type ServerCommand } from "./lib/mcp-server.ts";
import { tokenFigures } from "./lib/mcp-tokens.ts";
import { type Figures, printFigures } from "./lib/print.ts";
import { median } from "./lib/statistics.ts";
import { runCommand } from "./lib/run-command.ts";

const { values } = parseArgs({
  options: {
    root: { type: "string", default: path.join(homedir(), ".cache/caelum-corpus/standard/python") },
    clients: { type: "string" },
    rounds: { type: "string", default: "11" },
    only: { type: "string", default: "start,calls,pool,project,tokens" },
    json: { type: "boolean", default: false },
  },
});
/** By then a server has given back what it does not need. */
const atRestMs = 6000;
const rounds = Number(values.rounds);
const parts = new Set(values.only.split(","));
const clients = values.clients ?? process.env["CAELUM_MCP_CLIENTS"] ?? mcpClients();
const bin = path.join(import.meta.dirname, "../bin/caelum.js");

const figures = await withTemporary(async (folder) => {
  const small = path.join(folder, "small");
  mkdirSync(small);
  writeFileSync(path.join(small, "a.py"), source(0));
  const env = {
    CAELUM_CACHE_DIR: path.join(folder, "cache"),
    XDG_STATE_HOME: folder,
    XDG_CONFIG_HOME: folder,
  };
  const ours = (root: string): ServerCommand => ({
    name: "caelum",
    args: [bin, "mcp", "--root", root, "--job-after", "10m"],
    env,
  });
  const found: Figures = {};
  if (parts.has("start")) found["first answer, ms"] = await starts([ours(small), ...others(small)]);
  if (parts.has("calls")) found["cached calls"] = await calls(ours(small), small);
  if (parts.has("pool")) found["pool"] = await pool(folder, small);
  if (parts.has("project")) found["a project"] = await project(ours(values.root));
  if (parts.has("tokens")) {
    const { server } = await BenchServer.start(ours(values.root));
    found["tokens"] = await tokenFigures(server, values.root);
    await server.stop();
  }
  return found;
});
printFigures("mcp", figures);

function otherServer(name: string): string {
  return path.join(clients, "node_modules/@modelcontextprotocol", name, "dist/index.js");
}

function others(root: string): ServerCommand[] {
  return [
    { name: "filesystem", args: [otherServer("server-filesystem"), root] },
    { name: "everything", args: [otherServer("server-everything"), "stdio"] },
  ];
}

async function starts(commands: readonly ServerCommand[]): Promise<Figures> {
  const times = new Map(commands.map(({ name }) => [name, [] as number[]]));
  const bare: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const { wallMs } = await runCommand(process.execPath, ["-e", "0"]);
    if (round > 0) bare.push(wallMs);
    for (const command of commands) {
      const { server, firstMs } = await BenchServer.start(command);
      await server.stop();
      // The first round fills the compile cache.
      if (round > 0) times.get(command.name)!.push(firstMs);
    }
  }
  const own = Object.fromEntries([...times].map(([name, each]) => [name, median(each)]));
  return { ...own, "node -e 0": median(bare) };
}

async function calls(command: ServerCommand, root: string): Promise<Figures> {
  const rows: Figures[] = [];
  const asked = new Map<string, [tool: string, input: object]>([
    ["caelum", ["code_parse", { path: "a.py" }]],
    ["filesystem", ["get_file_info", { path: path.join(root, "a.py") }]],
    ["everything", ["echo", { message: "hello" }]],
  ]);
  for (const one of [command, ...others(root)]) {
    const { server } = await BenchServer.start(one);
    const [tool, input] = asked.get(one.name)!;
    const call = async (): Promise<number> => {
      const startedAt = performance.now();
      await server.call(tool, input);
      return performance.now() - startedAt;
    };
    const alone: number[] = [];
    for (let i = 0; i < 1500; i++) {
      const ms = await call();
      if (i >= 500) alone.push(ms);
    }
    const together: number[] = [];
    const before = cpuMs([server.pid]);
    for (let i = 0; i < 20; i++) together.push(...(await Promise.all(Array.from({ length: 100 }, call))));
    rows.push({
      name: one.name,
      tool,
      "p50, ms": median(alone),
      "100 at once p50, ms": median(together),
      "ms of CPU each": (cpuMs([server.pid]) - before) / together.length,
      "p99, ms": together.toSorted((a, b) => a - b)[Math.floor(together.length * 0.99)]!,
      "tools/list, bytes": await server.listBytes(),
    });
    await server.stop();
  }
  return { servers: rows };
}

/** Inside one process: what the cache, the workers and a crash cost. */
async function pool(folder: string, small: string): Promise<Figures> {
  // The first has nothing to start with; the second is what it takes until workers and their compilers are paid for.
  let seed = 0;
  const folders = [1200, 6000, 1200].map((files, at) => {
    const many = path.join(folder, `files-${at}`);
    mkdirSync(many);
    for (let i = 0; i < files; i++) writeFileSync(path.join(many, `f${i}.py`), source(seed++));
    return { many, files };
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const service = new CodeService({
    roots: [...folders.map(({ many }) => many), small],
    cache: false,
    maxFileSize: 2e6,
  });
  const { signal } = new AbortController();
  await service.outline("f0.py", signal);
  const hits = 20_000;
  const ownBefore = process.cpuUsage();
  for (let i = 0; i < hits; i++) await service.outline("f0.py", signal);
  const { user, system } = process.cpuUsage(ownBefore);
  const spentMs: number[] = [];
  for (const { many } of folders) {
    const before = cpuMs();
    await service.snapshot(many, signal);
    spentMs.push(cpuMs() - before);
  }
  const perSecond = (...of: readonly number[]): number =>
    (1000 * of.reduce((sum, at) => sum + folders[at]!.files, 0)) /
    of.reduce((sum, at) => sum + spentMs[at]!, 0);
  const crashed: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < Math.min(rounds, 7); round++) {
    for (const pid of workersBelow(process.pid)) process.kill(pid, "SIGKILL");
    const at = performance.now();
    await service.outlineOf(source(round), "python", signal);
    crashed.push(performance.now() - at);
    bare.push((await runCommand(process.execPath, ["-e", "0"])).wallMs);
  }
  await service.close();
  return {
    "cache hit in process, µs of CPU": (user + system) / hits,
    "file, bytes": source(0).length,
    "parses per CPU second, the first 1,200 with the start of the workers": perSecond(0),
    "parses per CPU second, the first 7,200 with the start of the workers": perSecond(0, 1),
    "parses per CPU second, workers warm": perSecond(2),
    "answer after all workers died, ms": median(crashed),
    "node -e 0, ms": median(bare),
  };
}

async function project(command: ServerCommand): Promise<Figures> {
  const { server } = await BenchServer.start(command);
  const startedAt = performance.now();
  const summary = await server.call("code_analyze", { limit: 1 });
  const coldMs = performance.now() - startedAt;
  const times: number[] = [];
  await server.call("code_search", { query: "Q" });
  const before = cpuMs([server.pid]);
  for (let i = 0; i < 200; i++) {
    const at = performance.now();
    // No question twice.
    await server.call("code_search", { query: "QuerySet".slice(0, 1 + (i % 8)), limit: 1 + (i >> 3) });
    times.push(performance.now() - at);
  }
  const searchCpuMs = (cpuMs([server.pid]) - before) / times.length;
  const after = memoryOf(server.pid);
  await new Promise((resolve) => setTimeout(resolve, atRestMs));
  const atRest = memoryOf(server.pid);
  await server.stop();
  return {
    project: summary.split(";", 1)[0]!,
    "first question, ms": coldMs,
    "symbol search p50, ms": median(times),
    "symbol search, ms of CPU": searchCpuMs,
    "memory right after, MB": after,
    [`memory ${atRestMs / 1000} s later, MB`]: atRest,
  };
}

function memoryOf(pid: number): Figures {
  const processes = below(pid);
  const tree = [pid, ...processes];
  return {
    "RSS of the server": residentMb([pid]),
    processes: tree.length,
    "RSS of all": residentMb(tree),
    "PSS of all: what they share counted once": proportionalMb(tree),
  };
}

/** 3.4 kB of Python that is in no other file. */
function source(seed: number): string {
  const functions = Array.from(
    { length: 17 },
    (_, i) =>
      `def function_${seed}_${i}(first, second):\n    """Adds what has to be added."""\n    total = 0\n    for item in first:\n        if item > second and item % ${i + 2}:\n            total += item * ${seed + i}\n        elif item:\n            total -= 1\n    return total\n`,
  );
  return functions.join("\n\n").slice(0, 3400);
}

function below(pid: number): number[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const children = (of: number): number[] =>
    rows.flatMap(([own, parent]) => (parent === of ? [own, ...children(own)] : []));
  return children(pid);
}

function workersBelow(pid: number): number[] {
  return below(pid).filter((own) => commandOf(own).includes("--permission"));
}

function commandOf(pid: number): string {
  try {
    return execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return ""; // it was ps itself
  }
}

/** Of some processes; by default this one and all below it. */
function cpuMs(of: readonly number[] = [process.pid, ...below(process.pid)]): number {
  const pids = of.join(",");
  const text = execFileSync(
    "sh",
    ["-c", `cat $(echo ${pids} | tr , '\\n' | sed 's|.*|/proc/&/stat|') 2>/dev/null || true`],
    { encoding: "utf8" },
  );
  return text
    .trim()
    .split("\n")
    .map((line) => line.slice(line.lastIndexOf(")") + 2).split(" "))
    .reduce((sum, fields) => sum + (Number(fields[11]) + Number(fields[12])) * 10, 0);
}

/** Undefined where the system does not tell. */
function proportionalMb(pids: readonly number[]): number | undefined {
  if (process.platform !== "linux") return undefined;
  const sizes = pids.map((pid) => {
    if (!existsSync(`/proc/${pid}/smaps_rollup`)) return 0; // it has ended
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) / 1000;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

function residentMb(pids: readonly number[]): number {
  const text = execFileSync("ps", ["-o", "rss=", "-p", pids.join(",")], { encoding: "utf8" });
  return text
    .trim()
    .split("\n")
    .reduce((sum, line) => sum + Number(line) / 1000, 0);
}
