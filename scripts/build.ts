import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { build, type BuildOptions } from "esbuild";
import { noticesOf } from "./notices.ts";
import { uploadedFormat } from "./uploaded-format.ts";

/**
 * Builds `dist/`:
 *
 *     dist/caelum/main.js        the command line; packages stay imports, lazy parts become chunks
 *     dist/agent/agent.cjs       what runs on hosts: one file, nothing to install, Node 20
 *     dist/workers/<slice>.cjs   what a capability needs on a host: one file, its packages inside, Node 20
 *     dist/workers/assets/       what workers load at run time: grammars and the WASM engine
 *     dist/rules/default.json    the rules that come with caelum
 *     dist/pages/                script and style of the HTML report
 *     dist/NOTICE.md             licences of what is not ours in there
 *     dist/manifest.json         SHA-256 and size of everything that is uploaded to hosts
 *
 * Files whose bytes did not change are left alone, so that a build beside running tests disturbs nothing.
 */
const root = path.resolve(import.meta.dirname, "..");
const dist = path.join(root, "dist");

const shared = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  outdir: dist,
  platform: "node",
  legalComments: "none",
  logLevel: "warning",
} as const satisfies BuildOptions;

/** Output path relative to `dist/`, with `/`, and the bytes. */
type Output = readonly [file: string, bytes: Uint8Array];

/** Source files of all bundles, relative to the root. */
const inputs = new Set<string>();

async function bundle(options: BuildOptions): Promise<Output[]> {
  const result = await build({ ...shared, ...options, write: false, metafile: true });
  for (const input of Object.keys(result.metafile.inputs)) inputs.add(input);
  return result.outputFiles.map((file) => [
    path.relative(dist, file.path).split(path.sep).join("/"),
    file.contents,
  ]);
}

async function buildCommandLine(): Promise<Output[]> {
  if (!existsSync(path.join(root, "commands/main.ts"))) return [];
  return bundle({
    entryPoints: { "caelum/main": "commands/main.ts" },
    chunkNames: "caelum/[name]-[hash]",
    format: "esm",
    target: "node22.18",
    splitting: true,
    // Packages stay imports, but for those whose many files would make a start slow: they become one chunk.
    external: await externalPackages(),
    alias: { "@modelcontextprotocol/server/_shims": path.join(root, "src/faces/mcp/sdk-platform.ts") },
    jsx: "automatic",
  });
}

/** Loaded by every start, each a resolution and a file or six: cheaper inside. */
const smallPackages: ReadonlySet<string> = new Set(["commander", "leven", "lru-cache", "valibot"]);

async function externalPackages(): Promise<string[]> {
  const { dependencies } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  return Object.keys(dependencies).filter((name) => !smallPackages.has(name));
}

async function buildAgent(): Promise<Output[]> {
  return bundle({ entryPoints: { "agent/agent": "remote-agent/main.ts" }, ...uploadedFormat });
}

async function buildWorkers(): Promise<Output[]> {
  const slices = await readdir(path.join(root, "src"));
  const entries = slices.filter((slice) => existsSync(path.join(root, "src", slice, "worker.ts")));
  if (entries.length === 0) return [];
  return bundle({
    entryPoints: Object.fromEntries(entries.map((slice) => [`workers/${slice}`, `src/${slice}/worker.ts`])),
    ...uploadedFormat,
    define: { ...uploadedFormat.define, CAELUM_DRIVERS: JSON.stringify(await readDrivers()) },
  });
}

/** What runs inside the processes of test runners, by its path below their folder. Goes into the bundle as text. */
async function readDrivers(): Promise<Record<string, string>> {
  const folder = path.join(root, "src/testing/runners");
  const files = await readdir(folder, { recursive: true });
  const names = files
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => /\.(?:[cm]js|py|rb)$/.test(file));
  const texts = names
    .toSorted()
    .map(async (name) => [name, await readFile(path.join(folder, name), "utf8")] as const);
  return Object.fromEntries(await Promise.all(texts));
}

/** What runs in the browser, in a page that is one file and has nothing to load. */
async function buildPages(): Promise<Output[]> {
  return bundle({
    entryPoints: { "pages/analysis": "src/faces/page/main.ts" },
    platform: "browser",
    format: "esm",
    target: ["es2022"],
    minify: true,
    charset: "ascii",
  });
}

async function collectAssets(): Promise<Output[]> {
  const folder = path.join(root, "src/analysis/grammars");
  const names = existsSync(folder) ? await readdir(folder) : [];
  const files = names.filter((name) => name.endsWith(".wasm.gz")).map((name) => path.join(folder, name));
  files.push(createRequire(import.meta.url).resolve("web-tree-sitter/web-tree-sitter.wasm"));
  return Promise.all(
    files.map(async (file) => [`workers/assets/${path.basename(file)}`, await readFile(file)] as const),
  );
}

async function writeIfChanged([file, bytes]: Output): Promise<void> {
  const target = path.join(dist, file);
  const present = await readFile(target).catch(() => undefined);
  if (present?.equals(bytes)) return;
  await mkdir(path.dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  await writeFile(temporary, bytes);
  await rename(temporary, target);
}

/** Without this, chunks of earlier builds would end up in the package. */
async function removeOthers(kept: ReadonlySet<string>): Promise<void> {
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const absolute = path.join(entry.parentPath, entry.name);
    const file = path.relative(dist, absolute).split(path.sep).join("/");
    // A .tmp file belongs to a build that runs at the same time.
    if (entry.isFile() && !kept.has(file) && !file.endsWith(".tmp")) await rm(absolute, { force: true });
  }
}

function describe([file, bytes]: Output): [string, { sha256: string; bytes: number }] {
  return [file, { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.byteLength }];
}

/** The rules in `rules/`, checked and as workers read them. */
async function buildRules(): Promise<Output[]> {
  const folder = path.join(root, "rules");
  if (!existsSync(folder)) return [];
  const { loadRules } = await import("../src/analysis/rules/load/load-rules.ts");
  const { rules, problems } = loadRules([folder], root);
  for (const { file, line, message } of problems) throw new Error(`${file}:${line}  ${message}`);
  return [["rules/default.json", Buffer.from(`${JSON.stringify({ rules })}\n`)]];
}

const [commandLine, ...uploaded] = await Promise.all([
  buildCommandLine(),
  buildAgent(),
  buildWorkers(),
  buildPages(),
  collectAssets(),
  buildRules(),
]);
const described = uploaded.flat().map(describe);
const manifest = { files: Object.fromEntries(described.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
const outputs: Output[] = [
  ...commandLine,
  ...uploaded.flat(),
  ["NOTICE.md", Buffer.from(await noticesOf(root, inputs))],
  ["manifest.json", Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`)],
];
await mkdir(dist, { recursive: true });
await Promise.all(outputs.map(writeIfChanged));
await removeOthers(new Set(outputs.map(([file]) => file)));
