import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { systemCode } from "#kernel";
import { Attributes } from "./attributes.ts";
import { IgnoreRules, openPath, parentOf, type RelativePath } from "#paths";

const caelumIgnore = ".caelumignore";
const gitIgnore = ".gitignore";
const gitAttributes = ".gitattributes";

/** What the files of a project say about its files: which to ignore, and how to take the others. */
export class ProjectRules {
  readonly attributes = new Attributes();
  readonly #caelum = new IgnoreRules();
  readonly #git = new IgnoreRules();
  readonly #names: ReadonlySet<string>;

  /** `gitIgnores` = read `.gitignore` too, because git itself is not asked. */
  constructor({ gitIgnores }: { gitIgnores: boolean }) {
    this.#names = new Set(
      gitIgnores ? [caelumIgnore, gitAttributes, gitIgnore] : [caelumIgnore, gitAttributes],
    );
  }

  isRuleFile(name: string): boolean {
    return this.#names.has(name);
  }

  ignoresFile(file: string): boolean {
    return this.#git.ignoresFile(file) || this.#caelum.ignoresFile(file);
  }

  ignoresFolder(folder: string): boolean {
    return this.#git.ignoresFolder(folder) || this.#caelum.ignoresFolder(folder);
  }

  /** Takes in the rule file at `file`; one that cannot be read says nothing, as git has it. */
  read(root: string, file: RelativePath): void {
    const { shown, raw } = file;
    const text = textOf(openPath(root, raw === undefined ? { path: shown } : { path: shown, rawPath: raw }));
    if (text !== undefined) this.#add(parentOf(shown), path.posix.basename(shown), text, "");
  }

  /** Takes in the rule files of the folders from the work tree's top down to the root's parent. */
  readAbove(top: string, root: string): void {
    if (top === root) return;
    const steps = path.relative(top, root).split(path.sep);
    for (let depth = 0; depth < steps.length; depth++) {
      const folder = path.join(top, ...steps.slice(0, depth));
      for (const name of this.#names) {
        const text = textOf(path.join(folder, name));
        if (text !== undefined) this.#add("", name, text, steps.slice(depth).join("/"));
      }
    }
  }

  /** Takes in what stands in the folders of files that git listed. Ignore files may be ignored themselves. */
  readBeside(root: string, files: readonly RelativePath[]): void {
    const folders = new Set<string>([""]);
    for (const { shown, raw } of files) {
      if (raw !== undefined) continue;
      for (let folder = parentOf(shown); !folders.has(folder); folder = parentOf(folder)) folders.add(folder);
    }
    for (const folder of folders) {
      for (const name of this.#names) {
        const file = path.posix.join(folder, name);
        if (existsSync(path.join(root, file))) this.read(root, { shown: file });
      }
    }
  }

  #add(folder: string, name: string, text: string, above: string): void {
    if (name === gitAttributes) this.attributes.add(folder, text, above);
    else (name === gitIgnore ? this.#git : this.#caelum).add(folder, text, above);
  }
}

function textOf(file: string | Buffer): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
