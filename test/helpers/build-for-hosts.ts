import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { type LocalFile, localFile } from "#agents";
import { uploadedFormat } from "../../scripts/uploaded-format.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** Builds a file of this repository as what is sent to hosts, into a temporary folder. */
export async function buildForHosts(entry: string): Promise<LocalFile> {
  // The run's own folder, which goes when the run ends: workers of the test runner are killed without a last word.
  const parent = process.env["CAELUM_TEST_COMPILE_CACHE"] ?? tmpdir();
  const folder = await mkdtemp(path.join(parent, "caelum-built-"));
  const name = path.basename(entry, ".ts");
  await build({ ...uploadedFormat, entryPoints: { [name]: path.join(root, entry) }, outdir: folder });
  return localFile(path.join(folder, `${name}.cjs`));
}

/** The agent as `npm run build` makes it. */
export const buildAgent = (): Promise<LocalFile> => buildForHosts("remote-agent/main.ts");
