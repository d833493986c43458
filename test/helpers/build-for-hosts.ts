import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { type LocalFile, localFile } from "#agents";
import { uploadedFormat } from "../../scripts/uploaded-format.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** Builds a file of this repository as what is sent to hosts, into a temporary folder. */
export async function buildForHosts(entry: string): Promise<LocalFile> {
  const folder = await mkdtemp(path.join(tmpdir(), "caelum-built-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const name = path.basename(entry, ".ts");
  await build({ ...uploadedFormat, entryPoints: { [name]: path.join(root, entry) }, outdir: folder });
  return localFile(path.join(folder, `${name}.cjs`));
}

/** The agent as `npm run build` makes it. */
export const buildAgent = (): Promise<LocalFile> => buildForHosts("remote-agent/main.ts");
