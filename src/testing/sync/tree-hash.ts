import { createHash } from "node:crypto";
import type { BytePath, TreeAlgorithm } from "./manifest.ts";

export interface HashedEntry {
  path: BytePath;
  /** As git writes modes into trees. */
  mode: "100644" | "100755" | "120000" | "160000";
  id: string;
}

interface Folder {
  children: Map<string, Folder | HashedEntry>;
}

/**
 * The id that git gives a tree of these entries: equal trees have equal hashes, and that of a commit can be had from
 * git without reading a file. Method: git's tree object (`git help gitformat-pack`, "tree"); folders sort as if their
 * name ended with `/`.
 */
export function treeHash(algorithm: TreeAlgorithm, entries: Iterable<HashedEntry>): string {
  const root: Folder = { children: new Map() };
  let folder = root;
  let folderPath = "";
  for (const entry of entries) {
    const slash = entry.path.lastIndexOf("/");
    const path = entry.path.slice(0, Math.max(slash, 0));
    // Entries come in order, so the folder is mostly that of the one before.
    if (path !== folderPath) {
      folder = folderAt(root, path);
      folderPath = path;
    }
    folder.children.set(entry.path.slice(slash + 1), entry);
  }
  return hashFolder(algorithm, root);
}

function folderAt(root: Folder, path: string): Folder {
  let folder = root;
  for (const name of path.split("/")) {
    if (name === "") continue;
    const known = folder.children.get(name);
    if (known !== undefined && "children" in known) folder = known;
    else {
      const made: Folder = { children: new Map() };
      folder.children.set(name, made);
      folder = made;
    }
  }
  return folder;
}

function hashFolder(algorithm: TreeAlgorithm, folder: Folder): string {
  const children: { key: string; head: string; id: string }[] = [];
  const idBytes = algorithm === "sha256" ? 32 : 20;
  let bytes = 0;
  for (const [name, child] of folder.children) {
    const isFolder = "children" in child;
    const head = `${isFolder ? "40000" : child.mode} ${name}\0`;
    const id = isFolder ? hashFolder(algorithm, child) : child.id;
    children.push({ key: isFolder ? `${name}/` : name, head, id });
    bytes += head.length + idBytes;
  }
  children.sort((a, b) => (a.key < b.key ? -1 : 1));
  const body = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const { head, id } of children) {
    at += body.write(head, at, "latin1");
    at += body.write(id, at, "hex");
  }
  return createHash(algorithm).update(`tree ${bytes}\0`).update(body).digest("hex");
}
