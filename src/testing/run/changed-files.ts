import path from "node:path";
import { execa } from "execa";
import type { TestUnit } from "../model.ts";
import { TreeError } from "../sync/index.ts";

/** Files that differ from the commit, untracked ones included; relative to `root`, with `/`. @throws TreeError outside git */
export async function changedFiles(root: string, signal: AbortSignal): Promise<string[]> {
  const answer = await execa(
    "git",
    ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", "."],
    { cwd: root, reject: false, cancelSignal: signal, stripFinalNewline: false },
  );
  if (answer.exitCode !== 0) {
    throw new TreeError(`"${root}" is no git work tree, so nothing tells what has changed`, {
      hint: "leave --changed and --changed-only out",
    });
  }
  const prefix = (await execa("git", ["rev-parse", "--show-prefix"], { cwd: root })).stdout.trim();
  return answer.stdout
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => entry.slice(3))
    .filter((file) => file.startsWith(prefix))
    .map((file) => file.slice(prefix.length));
}

/**
 * Whether a unit is near a change: its own file, a package or class folder that holds one, or a file of the same name
 * but for what tests are called (`src/parse.ts` and `test/parse.test.ts`, `parse.py` and `test_parse.py`).
 */
export function isNear(changed: readonly string[]): (unit: TestUnit) => boolean {
  const files = new Set(changed);
  const folders = new Set(changed.map((file) => path.posix.dirname(file)));
  const stems = new Set(changed.map(stemOf));
  return ({ file }) => files.has(file) || folders.has(file) || stems.has(stemOf(file));
}

function stemOf(file: string): string {
  const [name = ""] = path.posix.basename(file).split(".");
  return name
    .replace(/^(?:test|spec)[_-]/i, "")
    .replace(/[_-]?(?:tests?|spec)$/i, "")
    .toLowerCase();
}
