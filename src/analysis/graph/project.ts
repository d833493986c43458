import { compareByBytes } from "#paths";
import { baseName, folderOf } from "./resolve/paths.ts";
import type { Group, ProjectFile, ProjectInput } from "./types.ts";

/**
 * The files of a project, found by path, folder or base name without asking the disk. Files have the numbers
 * 0 … n-1 in the order of their paths, groups the numbers from n on.
 */
export class ProjectIndex {
  readonly files: readonly ProjectFile[];
  readonly groups: Group[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #folders: readonly string[];
  readonly #groupNumbers = new Map<string, number>();
  readonly #read: ProjectInput["readText"];
  #byBase: Map<string, number[]> | undefined;
  #byFolder: Map<string, number[]> | undefined;
  #allFolders: Set<string> | undefined;

  constructor(input: ProjectInput) {
    this.files = [...input.files].sort((a, b) => compareByBytes(a.path, b.path));
    this.files.forEach((file, number) => this.#numbers.set(file.path, number));
    this.#folders = this.files.map((file) => folderOf(file.path));
    this.#read = input.readText;
  }

  number(path: string): number | undefined {
    return this.#numbers.get(path);
  }

  path(number: number): string {
    return this.files[number]!.path;
  }

  /** Folder of a file, empty for the root. */
  folder(number: number): string {
    return this.#folders[number]!;
  }

  /** Text of a file of the project. */
  text(path: string): string | undefined {
    return this.#numbers.has(path) ? this.#read(path) : undefined;
  }

  /** Files with this name, in any folder, in the order of their paths. */
  named(name: string): readonly number[] {
    this.#byBase ??= this.#groupBy((file) => baseName(file.path));
    return this.#byBase.get(name) ?? [];
  }

  /** Files that stand directly in a folder. */
  inFolder(folder: string): readonly number[] {
    this.#byFolder ??= this.#groupBy((_, number) => this.#folders[number]!);
    return this.#byFolder.get(folder) ?? [];
  }

  /** Whether any file stands in the folder or below it. */
  hasFolder(folder: string): boolean {
    this.#allFolders ??= withAncestors(this.#folders);
    return this.#allFolders.has(folder);
  }

  /** Number of a group; a group of one is its member. Members must be the same each time an id is used. */
  group(kind: Group["kind"], id: string, members: readonly number[]): number {
    if (members.length === 1) return members[0]!;
    let number = this.#groupNumbers.get(id);
    if (number === undefined) {
      number = this.files.length + this.groups.length;
      this.groups.push({ id, kind, members: [...members].sort((a, b) => a - b) });
      this.#groupNumbers.set(id, number);
    }
    return number;
  }

  #groupBy(key: (file: ProjectFile, number: number) => string): Map<string, number[]> {
    const found = new Map<string, number[]>();
    this.files.forEach((file, number) => addTo(found, key(file, number), number));
    return found;
  }
}

export function addTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function withAncestors(folders: readonly string[]): Set<string> {
  const all = new Set<string>([""]);
  for (let folder of folders) {
    while (!all.has(folder)) {
      all.add(folder);
      folder = folderOf(folder);
    }
  }
  return all;
}
