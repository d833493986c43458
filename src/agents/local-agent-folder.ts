import { accessSync, constants, lstatSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { cacheFolder, makeFolder } from "#kernel";

/**
 * Where the agent of this machine keeps its files: below the cache folder, or, where nothing can be written there, in
 * a private folder among the temporary files. That a cache cannot be kept must not stop the work.
 */
export function localAgentFolder(): string {
  const usual = path.join(cacheFolder(), "agent");
  if (isWritable(usual)) return usual;
  const fallback = path.join(tmpdir(), `caelum-${process.getuid?.() ?? userInfo().username}`);
  // Somebody else may have made it under our name; the agent then tells why it cannot be used.
  return isWritable(fallback) && isOurs(fallback) ? fallback : usual;
}

function isWritable(folder: string): boolean {
  try {
    makeFolder(folder, 0o700);
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function isOurs(folder: string): boolean {
  const { uid, mode } = lstatSync(folder);
  const isFolder = (mode & constants.S_IFMT) === constants.S_IFDIR;
  return isFolder && (process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0));
}
