import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { execa } from "execa";
import { printFigures } from "./lib/print.ts";

/**
 * What drawing the dashboard costs: the same recorded run replayed with and without it, on terminals and fleets of
 * several sizes. `core` is the share of one core that drawing took.
 */
interface Load {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly writes: number;
  readonly bytes: number;
  readonly events: number;
}

const root = path.resolve(import.meta.dirname, "..");
const cache = path.join(root, "node_modules/.cache");
mkdirSync(cache, { recursive: true });
// Inside the project, to find packages.
const folder = mkdtempSync(path.join(cache, "caelum-bench-"));
try {
  const program = path.join(folder, "load.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["bench/dashboard-load.ts"],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    jsx: "automatic",
    logLevel: "error",
  });
  const load = async (...args: (string | number)[]): Promise<Load> => {
    // In one file React is loaded at once; the command line makes sure that it is the production build.
    const env = { CI: undefined, NODE_ENV: "production" };
    const { stdout } = await execa(process.execPath, [program, ...args.map(String)], { env });
    return JSON.parse(stdout) as Load;
  };
  const rows = [];
  for (const [hosts, columns, lines] of [
    [4, 80, 24],
    [200, 80, 24],
    [200, 200, 50],
  ] as const) {
    const drawn = await load(hosts, columns, lines, "drawn");
    const quiet = await load(hosts, columns, lines, "quiet");
    const seconds = drawn.wallMs / 1000;
    rows.push({
      name: `${hosts} hosts ${columns}x${lines}`.padEnd(18),
      "core %": ((drawn.cpuMs - quiet.cpuMs) / drawn.wallMs) * 100,
      "without %": (quiet.cpuMs / quiet.wallMs) * 100,
      "frames/s": drawn.writes / seconds,
      "kB/s": drawn.bytes / seconds / 1000,
      "events/s": drawn.events / seconds,
    });
  }
  printFigures("dashboard", { drawing: rows });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
