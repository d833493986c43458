/**
 * How long a push waits for a verdict that is known: the whole process of `caelum hook run`, beside `node -e 0`.
 *
 *     node bench/hook.ts [--rounds 20] [--json]
 *
 * Both are wall times: on a busy machine look at their ratio, and at the quickest.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { withTemporary } from "./lib/caelum.ts";
import { printFigures } from "./lib/print.ts";
import { median } from "./lib/statistics.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "20" }, json: { type: "boolean", default: false } },
});
const program = path.join(import.meta.dirname, "..", "bin", "caelum.js");

const figures = await withTemporary(async (folder) => {
  const repository = path.join(folder, "repository");
  const env = { ...process.env, HOME: folder, XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder };
  const run = (file: string, args: readonly string[], input = ""): { ms: number; text: string } => {
    const startedAt = performance.now();
    const { stdout, stderr, status } = spawnSync(file, args, {
      cwd: repository,
      env,
      input,
      encoding: "utf8",
    });
    const ms = performance.now() - startedAt;
    if (status !== 0) throw new Error(`${file} ${args.join(" ")}: ${stderr}`);
    return { ms, text: stdout + stderr };
  };
  mkdirSync(path.join(repository, "test"), { recursive: true });
  writeFileSync(path.join(repository, "package.json"), "{}\n");
  writeFileSync(path.join(repository, "test/a.test.js"), 'require("node:test").test("holds", () => {});\n');
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: repository, encoding: "utf8" }).trim();
  git("init", "-q");
  git("add", "-A");
  git("-c", "user.name=bench", "-c", "user.email=bench@example.org", "commit", "-q", "-m", "all");
  run(process.execPath, [program, "test"]);
  const refs = `refs/heads/main ${git("rev-parse", "HEAD")} refs/heads/main ${"0".repeat(40)}\n`;
  const hits: number[] = [];
  const empty: number[] = [];
  // In turn, so that both see the same machine; the first round fills the compile cache and is not counted.
  for (let round = 0; round <= Number(values.rounds); round++) {
    const node = run(process.execPath, ["-e", "0"]).ms;
    const hit = run(process.execPath, [program, "hook", "run", "origin", "somewhere"], refs);
    if (!hit.text.includes("passed")) throw new Error(`no verdict was found: ${hit.text}`);
    if (round === 0) continue;
    empty.push(node);
    hits.push(hit.ms);
  }
  return {
    "node -e 0, ms": median(empty),
    "a known verdict, ms": median(hits),
    "the quickest, ms": Math.min(...hits),
    "hook / node": median(hits) / median(empty),
  };
});
printFigures("hook", figures);
