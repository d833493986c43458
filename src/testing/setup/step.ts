/** Something that has to be done to a tree on a host before its tests can run. Runs on hosts. */
export interface SetupStep {
  /** For people: `npm ci`, `npm ci in web`. */
  name: string;
  /** Below the root, with `/`; `""`: the root. */
  folder: string;
  command: { program: string; args: readonly string[] } | { shell: string };
  /** Files that decide whether it has to be done again, relative to the root. */
  inputs: readonly string[];
  /** Folders and files it makes, relative to the root; those that are not there afterwards are left out. */
  outputs: readonly string[];
  /** Programs whose version decides, too: the runtime and the package manager. */
  versions: readonly { program: string; args: readonly string[] }[];
  /** Whether what it makes works in another folder: a virtual environment of Python holds its own path. */
  movable: boolean;
  /** Done in every run. */
  always: boolean;
  /** Added to its environment, and to that of the tests. `{root}` stands for the folder of the slot. */
  env: Readonly<Record<string, string>>;
  /** Put before the path of programs, for the tests; relative to the root. */
  path: readonly string[];
  timeoutMs: number;
}

/** A step as the configuration has it; see `test.setup`. */
export interface ConfiguredStep {
  run: string;
  name?: string | undefined;
  folder?: string | undefined;
  inputs?: string[] | undefined;
  outputs?: string[] | undefined;
  timeoutMs?: number | undefined;
}

export const defaultTimeoutMs = 15 * 60_000;

/** The files of a tree, as steps are found in it. */
export interface StepTree {
  /** Relative to the root, with `/`, in order. */
  files: readonly string[];
  read(file: string): string | undefined;
}
