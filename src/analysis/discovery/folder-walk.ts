import { type Dirent, readdirSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { systemCode, throwIfAborted } from "#kernel";
import { isInstalledFolder, isPrivateFolder } from "./known-names.ts";
import { joinPath, lossy, openPath, relativePath, type RelativePath } from "#paths";
import type { ProjectRules } from "./project-rules.ts";
import type { SkippedFile } from "./types.ts";

export interface WalkedFiles {
  paths: RelativePath[];
  skipped: SkippedFile[];
}

/** Folders between two looks at the signal. */
const breath = 200;

/**
 * Everything below `root` that no `.gitignore` or `.caelumignore` names, without following links. `rules` learns
 * the ignore files and attributes on the way. Folders of installed packages are left out as a whole, unread.
 */
export async function walkFolders(
  root: string,
  rules: ProjectRules,
  isExcluded: (path: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<WalkedFiles> {
  const found: WalkedFiles = { paths: [], skipped: [] };
  const pending: RelativePath[] = [{ shown: "" }];
  for (let read = 1; ; read++) {
    const folder = pending.pop();
    if (folder === undefined) return found;
    if (read % breath === 0) {
      await setImmediate();
      throwIfAborted(signal);
    }
    const entries = readFolder(root, folder);
    if (typeof entries === "string") {
      found.skipped.push({ path: `${folder.shown}/`, reason: "unreadable", detail: entries });
      continue;
    }
    for (const { name } of entries) {
      if (rules.isRuleFile(name.shown)) rules.read(root, joinPath(folder, name));
    }
    for (const { name, entry } of entries) {
      const path = joinPath(folder, name);
      if (!entry.isDirectory()) {
        if (!rules.ignoresFile(path.shown)) found.paths.push(path);
      } else if (
        !isPrivateFolder(name.shown) &&
        !rules.ignoresFolder(path.shown) &&
        !isExcluded(path.shown)
      ) {
        if (isInstalledFolder(name.shown) && !rules.attributes.unvendors) {
          found.skipped.push({ path: `${path.shown}/`, reason: "vendored" });
        } else {
          pending.push(path);
        }
      }
    }
  }
}

interface NamedEntry {
  name: RelativePath;
  entry: Pick<Dirent, "isDirectory">;
}

/** The error's code where the folder cannot be read. */
function readFolder(root: string, folder: RelativePath): NamedEntry[] | string {
  const path = openPath(root, {
    path: folder.shown,
    ...(folder.raw === undefined ? {} : { rawPath: folder.raw }),
  });
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    if (!entries.some(({ name }) => name.includes(lossy))) {
      return entries.map((entry) => ({ name: { shown: entry.name }, entry }));
    }
    const exact = readdirSync(path, { withFileTypes: true, encoding: "buffer" });
    return exact.map((entry) => ({ name: relativePath(Buffer.from(entry.name)), entry }));
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return code;
  }
}
