import path from "node:path";
import { CaelumError } from "#kernel";
import { askGit } from "../../sync/tree/run-git.ts";

/** The hook cannot be put where it would work: exit code 2. */
export class HookError extends CaelumError {
  constructor(message: string, hint?: string) {
    super("CAELUM_HOOK", "usage", message, hint === undefined ? {} : { hint });
  }
}

export interface Repository {
  /** Top of the work tree. */
  root: string;
  /** Shared by all work trees. */
  gitFolder: string;
  /** Where git looks for hooks. */
  hooks: string;
  /** Value of core.hooksPath, wherever it is set. */
  hooksPath: string | undefined;
  version: readonly [number, number];
}

/** @throws HookError outside of a work tree */
export async function findRepository(cwd: string): Promise<Repository> {
  const [paths, configured, version] = await Promise.all([
    askGit(cwd, [
      "rev-parse",
      "--path-format=absolute",
      "--show-toplevel",
      "--git-common-dir",
      "--git-path",
      "hooks",
    ]),
    askGit(cwd, ["config", "--get", "core.hooksPath"]),
    askGit(cwd, ["version"]),
  ]);
  const [root, gitFolder, hooks] = Buffer.from(paths.text, "latin1").toString("utf8").split("\n");
  if (!paths.ok || !root || !gitFolder || !hooks)
    throw new HookError(`"${cwd}" is in no git work tree: ${paths.complaint}`);
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(version.text) ?? [];
  return {
    root,
    gitFolder,
    hooks,
    hooksPath: configured.ok ? Buffer.from(configured.text.trim(), "latin1").toString("utf8") : undefined,
    version: [Number(major), Number(minor)],
  };
}

export function below(root: string, file: string): string {
  const relative = path.relative(root, file);
  return relative.startsWith("..") ? file : relative.split(path.sep).join("/");
}
