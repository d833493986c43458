/**
 * What it costs to start: `caelum --version` beside `node -e 0`, and one small file from start to end.
 *
 *     node bench/startup.ts [--rounds 20] [--json]
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { caelum, withTemporary } from "./lib/caelum.ts";
import { printFigures } from "./lib/print.ts";
import { runCommand } from "./lib/run-command.ts";
import { median } from "./lib/statistics.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "20" }, json: { type: "boolean", default: false } },
});

const figures = await withTemporary(async (folder) => {
  const cache = path.join(folder, "cache");
  const small = path.join(folder, "small.ts");
  writeFileSync(
    small,
    "export function add(a: number, b: number): number {\n  return a > b ? a : a + b;\n}\n",
  );
  const empty: number[] = [];
  const version: number[] = [];
  const oneFile: number[] = [];
  // In turn, so that all three see the same machine; the first round fills the compile cache and is not counted.
  for (let round = 0; round <= Number(values.rounds); round++) {
    const times = [
      (await runCommand(process.execPath, ["-e", "0"])).wallMs,
      (await caelum(["--version"], { cache })).wallMs,
      (await caelum(["analyze", small, "--no-cache"], { cache })).wallMs,
    ] as const;
    if (round === 0) continue;
    empty.push(times[0]);
    version.push(times[1]);
    oneFile.push(times[2]);
  }
  return {
    "node -e 0, ms": median(empty),
    "caelum --version, ms": median(version),
    "--version / node": median(version) / median(empty),
    "one small file, ms": median(oneFile),
  };
});
printFigures("start-up", figures);
