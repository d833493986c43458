import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/**
 * The licences of everything that is not ours inside `dist/`: packages that were bundled, and the grammars.
 * @param inputs source files of the bundles, relative to `root`
 */
export async function noticesOf(root: string, inputs: Iterable<string>): Promise<string> {
  const folders = new Set(["node_modules/web-tree-sitter"]);
  for (const input of inputs) {
    const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
    if (folder !== undefined) folders.add(folder);
  }
  const parts = [await readFile(path.join(root, "src/analysis/grammars/NOTICE.md"), "utf8")];
  for (const folder of [...folders].toSorted()) {
    const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
    const licence = (await readdir(path.join(root, folder))).find((file) => /^licen[cs]e/i.test(file));
    // Fails the build: what has no licence text must not be shipped unseen.
    if (licence === undefined) throw new Error(`"${name}" is bundled, but has no licence file`);
    parts.push(`## ${name}\n\n${(await readFile(path.join(root, folder, licence), "utf8")).trim()}\n`);
  }
  return parts.join("\n");
}
