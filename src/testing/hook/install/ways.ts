import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { askGit, git } from "../../sync/tree/run-git.ts";
import { type Change, change, changed, contentOf } from "./ledger.ts";
import { managers } from "./managers.ts";
import { below, HookError, type Repository } from "./repository.ts";
import { hasBlock, isShellScript, withBlock, withoutBlock } from "./shell-block.ts";

/** One place where a hook can stand. */
export interface Way {
  name: string;
  /** Whether this repository's hooks are kept in this way. */
  applies(repository: Repository): boolean | Promise<boolean>;
  /** Makes the changes; each is told as it is made, so that what was done is undone if a later one fails. */
  install(
    repository: Repository,
    told: (change: Change) => void,
  ): Promise<{ where: string; notes?: string[] }>;
  /** Takes our part out of a file that others have changed meanwhile. Undefined: it is not in there. */
  strip(file: string, content: Buffer, repository: Repository): Promise<string | undefined>;
}

/** Configured hooks (git 2.54 and newer) stand beside all others, so nothing of anybody else is touched. */
const configuredHook: Way = {
  name: "git configuration",
  applies: ({ version: [major, minor] }) => major > 2 || (major === 2 && minor >= 54),
  async install({ root, gitFolder }, told) {
    const file = path.join(gitFolder, "config");
    const before = contentOf(file);
    await git(root, ["config", "--local", "hook.caelum.event", "pre-push"]);
    await git(root, ["config", "--local", "hook.caelum.command", "caelum hook run"]);
    told(changed(file, before));
    return { where: "hook.caelum in the repository's configuration" };
  },
  async strip(file, content, { root }) {
    await askGit(root, ["config", "--local", "--remove-section", "hook.caelum"]);
    const now = contentOf(file);
    return now === undefined || now.equals(content) ? undefined : now.toString("utf8");
  },
};

/** A script in the folder where git, or a manager, looks for it. */
function scriptWay(name: string, applies: Way["applies"], fileOf: (repository: Repository) => string): Way {
  return {
    name,
    applies,
    async install(repository, told) {
      const file = fileOf(repository);
      const before = contentOf(file);
      if (before !== undefined && hasBlock(before.toString("utf8")))
        throw new HookError(
          `"${below(repository.root, file)}" has the hook already`,
          "caelum hook uninstall takes it out",
        );
      if (before !== undefined && !isShellScript(before))
        throw new HookError(
          `"${below(repository.root, file)}" is no shell script, so nothing can be added to it`,
          'let it start "caelum hook run" with its own arguments and standard input',
        );
      told(change(file, withBlock(before?.toString("utf8"))));
      return { where: below(repository.root, file) };
    },
    strip: async (_, content) => {
      const text = content.toString("utf8");
      return hasBlock(text) ? withoutBlock(text) : undefined;
    },
  };
}

const husky = scriptWay(
  "husky",
  ({ root, hooksPath }) =>
    hooksPath !== undefined && path.resolve(root, hooksPath) === path.join(root, ".husky", "_"),
  ({ root }) => path.join(root, ".husky", "pre-push"),
);

const hooksFolder = scriptWay(
  "core.hooksPath",
  ({ root, hooksPath }) => {
    if (hooksPath === undefined) return false;
    const folder = path.resolve(root, hooksPath.replace(/^~(?=\/)/, process.env["HOME"] ?? "~"));
    if (below(root, folder) === folder)
      throw new HookError(
        `core.hooksPath is "${hooksPath}", outside of this repository: a hook there would hold for all of yours`,
        'add "caelum hook run" to its pre-push yourself, or set core.hooksPath for this repository',
      );
    return true;
  },
  ({ hooks }) => path.join(hooks, "pre-push"),
);

const plain = scriptWay(
  "git",
  () => true,
  ({ hooks }) => path.join(hooks, "pre-push"),
);

/** In the order in which they are tried. */
export const ways: readonly Way[] = [configuredHook, husky, ...managers, hooksFolder, plain];

/** A husky that has not been set up in this clone would not run what is added to it. */
export function warnings({ root, hooksPath }: Repository): string[] {
  if (hooksPath !== undefined || !existsSync(path.join(root, ".husky"))) return [];
  const isUsed = readdirSync(path.join(root, ".husky")).some((name) => name !== "_");
  return isUsed
    ? ["husky is not active in this clone: npm run prepare, then caelum hook install once more"]
    : [];
}
