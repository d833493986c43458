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
    const text =
      licence === undefined
        ? await declaredLicence(path.join(root, folder))
        : await readFile(path.join(root, folder, licence), "utf8");
    // Fails the build: what has no licence text must not be shipped unseen.
    if (text === undefined) throw new Error(`"${name}" is bundled, but has no licence file`);
    parts.push(`## ${name}\n\n${text.trim()}\n`);
  }
  return parts.join("\n");
}

/** The text of the MIT licence for a package that names it and its author, and has left its text out. */
async function declaredLicence(folder: string): Promise<string | undefined> {
  const manifest: unknown = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const { license, author } = manifest as { license?: unknown; author?: unknown };
  if (license !== "MIT" || typeof author !== "string") return undefined;
  return `MIT License (https://spdx.org/licenses/MIT.html)

Copyright (c) ${author}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
}
