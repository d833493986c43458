import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";

/** A package of the npm registry, pinned by content. */
export interface PinnedPackage {
  name: string;
  version: string;
  /** `sha512-<base64>`, as the registry's `dist.integrity`. */
  integrity: string;
}

/**
 * Downloads one package's tarball into `folder` and returns its path. Nothing of it is run. Throws when the
 * content is not the pinned one.
 */
export async function npmPack({ name, version, integrity }: PinnedPackage, folder: string): Promise<string> {
  const options = { cwd: folder, env: { npm_config_loglevel: "error" } };
  const { stdout } = await execa(
    "npm",
    ["pack", `${name}@${version}`, "--json", "--ignore-scripts"],
    options,
  );
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  if (packed === undefined) throw new Error(`npm packed nothing for ${name}@${version}`);
  // npm 6 to 8 print the scope's slash here but write a dash.
  const tarball = path.join(folder, packed.filename.replace(/^@/, "").replace("/", "-"));
  const actual = `sha512-${createHash("sha512")
    .update(await readFile(tarball))
    .digest("base64")}`;
  if (actual !== integrity) throw new Error(`${name}@${version} is ${actual}, not the pinned ${integrity}`);
  return tarball;
}
