import { readFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import path from "node:path";
import { builtFile, type LocalFile } from "#agents";
import { languages } from "../languages/index.ts";
import type { Assets } from "../parse/parsers.ts";
import { readFileSync } from "node:fs";

const WORKER = "workers/analysis.cjs";
const RUNTIME = "web-tree-sitter.wasm";

function assetNames(): string[] {
  return [RUNTIME, ...languages.map(({ grammar }) => `${grammar}.wasm.gz`)];
}

/** The worker bundle and what it loads, hashed, ready to be sent to a host. `rules` are those of the run. */
export async function workerFiles(rules?: LocalFile): Promise<{ bundle: LocalFile; assets: LocalFile[] }> {
  const [bundle, ...assets] = await Promise.all([
    builtFile(WORKER),
    ...assetNames().map((name) => builtFile(`workers/assets/${name}`)),
  ]);
  const named = assets.map((asset) => ({ ...asset, name: path.basename(asset.path) }));
  return { bundle, assets: rules === undefined ? named : [...named, rules] };
}

/** Changes whenever the worker, a language's data or a grammar does: part of every cache key. */
export async function engineVersion(): Promise<string> {
  const manifest = await builtFile("manifest.json");
  const { files } = JSON.parse(await readFile(manifest.path, "utf8")) as {
    files: Record<string, { sha256: string }>;
  };
  const hash = createHash("sha256");
  for (const [name, { sha256 }] of Object.entries(files))
    if (name === WORKER || name.startsWith("workers/assets/")) hash.update(`${name} ${sha256}\n`);
  return hash.digest("hex");
}

/** For measuring in this process: the same files, read when they are needed. */
export async function localAssets(): Promise<Assets> {
  const { path: runtime } = await builtFile(`workers/assets/${RUNTIME}`);
  const folder = path.dirname(runtime);
  return {
    runtime: () => readFileSync(runtime),
    grammar: (name) => readFileSync(path.join(folder, `${name}.wasm.gz`)),
  };
}
