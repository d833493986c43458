import { readdirSync, readFileSync } from "node:fs";
import { IgnoreRules } from "#paths";
import { type BytePath, shownPath, systemPath } from "../manifest.ts";
import type { Slot } from "./slot.ts";

/**
 * Caches that check each entry against its source and are never read without it. Whoever removes them pays for compiling
 * everything again in each run.
 */
const caches: ReadonlySet<string> = new Set(["__pycache__"]);

/**
 * Removes what neither the tree has nor its `.gitignore` files expect: what earlier tests left. Ignored files stay, they
 * are caches and installed dependencies; so does all below `kept`, which set-up steps have made. Returns how much went.
 */
export function sweep(slot: Slot, files: ReadonlySet<BytePath>, kept: ReadonlySet<BytePath>): number {
  const folders = foldersOf(files);
  const rules = new IgnoreRules();
  let removed = 0;
  const pending: BytePath[] = [""];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const prefix = folder === "" ? "" : `${folder}/`;
    if (files.has(`${prefix}.gitignore`)) readRules(slot, folder, rules);
    for (const { name, isFolder } of listFolder(slot, folder)) {
      const path = prefix + name;
      if (isFolder ? folders.has(path) : files.has(path)) {
        if (isFolder) pending.push(path);
        continue;
      }
      if (kept.has(path) || (isFolder && caches.has(name))) continue;
      const shown = shownPath(path);
      if (isFolder && [...kept].some((each) => each.startsWith(`${path}/`))) pending.push(path);
      else if (!(isFolder ? rules.ignoresFolder(shown) : rules.ignoresFile(shown))) {
        // A folder that is not ignored may hold files that are.
        if (isFolder && mayHoldIgnored(slot, path, rules)) pending.push(path);
        else {
          slot.remove(path);
          removed++;
        }
      }
    }
  }
  return removed;
}

function foldersOf(files: ReadonlySet<BytePath>): Set<BytePath> {
  const folders = new Set<BytePath>();
  for (const file of files) {
    for (let at = file.lastIndexOf("/"); at > 0; at = file.lastIndexOf("/", at - 1)) {
      const folder = file.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}

function listFolder(slot: Slot, folder: BytePath): { name: BytePath; isFolder: boolean }[] {
  const at = folder === "" ? slot.folder : systemPath(slot.folder, folder);
  const entries = readdirSync(at, { withFileTypes: true, encoding: "buffer" });
  return entries.map((entry) => ({
    name: Buffer.from(entry.name).toString("latin1"),
    isFolder: entry.isDirectory(),
  }));
}

function mayHoldIgnored(slot: Slot, folder: BytePath, rules: IgnoreRules): boolean {
  return listFolder(slot, folder).some(({ name, isFolder }) => {
    const path = `${folder}/${name}`;
    const shown = shownPath(path);
    return isFolder
      ? rules.ignoresFolder(shown) || mayHoldIgnored(slot, path, rules)
      : rules.ignoresFile(shown);
  });
}

function readRules(slot: Slot, folder: BytePath, rules: IgnoreRules): void {
  const path = folder === "" ? ".gitignore" : `${folder}/.gitignore`;
  try {
    rules.add(shownPath(folder), readFileSync(systemPath(slot.folder, path), "utf8"));
  } catch {
    // A link to nowhere says nothing, as git has it.
  }
}
