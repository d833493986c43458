import type { ProjectIndex } from "../../project.ts";
import { inside } from "../paths.ts";

/**
 * The file behind a path written in an import, as Node, TypeScript and the bundlers complete it: an extension, an
 * `index`, `.ts` where `.js` is written. A declaration file comes after the file it declares, because an edge
 * stands for the code that runs.
 */
export class ScriptFiles {
  readonly #project: ProjectIndex;
  readonly #mainOf: (folder: string) => readonly string[];

  /** `mainOf` yields what the folder's `package.json` names as its main file. */
  constructor(project: ProjectIndex, mainOf: (folder: string) => readonly string[]) {
    this.#project = project;
    this.#mainOf = mainOf;
  }

  /** `path` has no `.` or `..` segments; `typed`: the importing file is TypeScript, where sources come first. */
  find(path: string, typed: boolean): number | undefined {
    if (path === "") return this.#inFolder(path, typed);
    return this.file(path, typed) ?? this.#inFolder(path, typed);
  }

  /** The same without looking into a folder of that name. */
  file(path: string, typed: boolean): number | undefined {
    const written = this.#project.number(path);
    if (written !== undefined && !typed) return written;
    return this.#written(path) ?? written ?? this.#first(path, typed ? typedEndings : plainEndings);
  }

  #written(path: string): number | undefined {
    const extension = /\.[cm]?[jt]sx?$/.exec(path)?.[0];
    if (extension === undefined) return undefined;
    return this.#first(path.slice(0, -extension.length), sourceEndings[extension]!);
  }

  #inFolder(folder: string, typed: boolean): number | undefined {
    if (!this.#project.hasFolder(folder)) return undefined;
    for (const main of this.#mainOf(folder)) {
      const found = this.file(main, typed) ?? this.#index(main, typed);
      if (found !== undefined) return found;
    }
    return this.#index(folder, typed);
  }

  #index(folder: string, typed: boolean): number | undefined {
    return this.#first(inside(folder, "index"), typed ? typedEndings : plainEndings);
  }

  #first(base: string, endings: readonly string[]): number | undefined {
    for (const ending of endings) {
      const found = this.#project.number(base + ending);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

const declarations = [".d.ts", ".d.mts", ".d.cts"];
const typescript = [".ts", ".tsx", ".mts", ".cts"];
const javascript = [".js", ".jsx", ".mjs", ".cjs"];
const others = [".json", ".vue", ".svelte", ".astro"];
const typedEndings = [...typescript, ...javascript, ...declarations, ...others];
const plainEndings = [...javascript, ".json", ...typescript, ...declarations, ".vue", ".svelte", ".astro"];

/** What may stand on disk for an extension as it is written. */
const sourceEndings: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx", ".js", ".jsx", ".d.ts"],
  ".jsx": [".tsx", ".jsx", ".d.ts"],
  ".mjs": [".mts", ".mjs", ".d.mts"],
  ".cjs": [".cts", ".cjs", ".d.cts"],
  // Declarations are published with the extension of the sources they were made from.
  ".ts": [".ts", ".js", ".d.ts"],
  ".tsx": [".tsx", ".jsx", ".js", ".d.ts"],
  ".mts": [".mts", ".mjs", ".d.mts"],
  ".cts": [".cts", ".cjs", ".d.cts"],
};
