import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { FileReference } from "#protocol";
import { MissingBuildError } from "./errors.ts";

/** A file that exists on this disk and can be sent to hosts by its hash. */
export interface LocalFile extends FileReference {
  path: string;
}

/** Names and hashes a file. Throws the system's error if it cannot be read. */
export async function localFile(file: string, name = path.basename(file)): Promise<LocalFile> {
  const bytes = await readFile(file);
  return { name, path: path.resolve(file), sha: createHash("sha256").update(bytes).digest("hex") };
}

/** A file of caelum's own `dist/`, for example `workers/analysis.cjs`. Throws a MissingBuildError. */
export async function builtFile(relative: string): Promise<LocalFile> {
  const file = path.join(packageRoot(), "dist", relative);
  try {
    return await localFile(file);
  } catch (error) {
    throw new MissingBuildError(file, { cause: error });
  }
}

/** The nearest folder above with a package.json: right for the sources and for the bundle in `dist/caelum`. */
function packageRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, "package.json")) && path.dirname(folder) !== folder) {
    folder = path.dirname(folder);
  }
  return folder;
}
