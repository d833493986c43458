import { cpSync, mkdirSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "./run-caelum.ts";

/**
 * Copies real code that nobody here wrote (JavaScript of installed packages) into a folder, `copies` times, and
 * returns the number of files. About 2 MB a copy.
 */
export function copyRealSources(folder: string, copies = 1): number {
  let files = 0;
  for (let copy = 0; copy < copies; copy++) {
    for (const from of ["eslint/lib/rules", "eslint/lib/linter", "commander/lib", "yaml/dist"]) {
      const source = path.join(projectRoot, "node_modules", from);
      const target = path.join(folder, `copy${copy}`, from.replaceAll("/", "-"));
      mkdirSync(target, { recursive: true });
      for (const name of readdirSync(source)) {
        if (!name.endsWith(".js") || !statSync(path.join(source, name)).isFile()) continue;
        cpSync(path.join(source, name), path.join(target, name));
        files++;
      }
    }
  }
  return files;
}
