import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { runtimeFor } from "../../src/agents/bootstrap/runtimes.ts";

/** The Node that runs these tests, in the place of the one that the registry would give: no test goes there. */
export function putOwnNodeIntoCache(cache: string): void {
  const machine = execFileSync("uname", ["-m"], { encoding: "utf8" }).trim();
  const runtime = runtimeFor("Linux", machine, "glibc");
  if (runtime === undefined) throw new Error(`no runtime for ${machine}`);
  const folder = path.join(cache, "runtimes", runtime.id);
  mkdirSync(folder, { recursive: true });
  const node = readFileSync(process.execPath);
  writeFileSync(path.join(folder, "node.gz"), gzipSync(node, { level: 1 }));
  writeFileSync(path.join(folder, "sha256"), createHash("sha256").update(node).digest("hex"));
}
