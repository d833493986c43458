import { execFileSync } from "node:child_process";
import { temporaryFolder } from "../temporary-folder.ts";

export interface GitRepository {
  folder: string;
  /** Trimmed stdout. Throws when git fails. */
  git: (...args: string[]) => string;
}

/** A repository with these files committed. */
export function gitRepository(
  files: Readonly<Record<string, string>> = {},
  folder = temporaryFolder(files),
): GitRepository {
  const env = { ...process.env };
  for (const name of Object.keys(env)) if (name.startsWith("GIT_")) delete env[name];
  const git = (...args: string[]): string =>
    execFileSync("git", args, {
      cwd: folder,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  git("init", "-q", "-b", "main");
  git("config", "user.email", "nobody@example.org");
  git("config", "user.name", "nobody");
  git("config", "commit.gpgsign", "false");
  if (Object.keys(files).length > 0) {
    git("add", "-A");
    git("commit", "-q", "-m", "first");
  }
  return { folder, git };
}
