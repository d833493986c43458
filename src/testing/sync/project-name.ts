import { createHash } from "node:crypto";
import { hostname } from "node:os";
import path from "node:path";

/** Name of a tree's workspace on hosts: readable, and unlike that of any other folder or machine. */
export function projectName(root: string): string {
  const hash = createHash("sha256").update(`${hostname()}\0${root}`).digest("hex").slice(0, 12);
  const readable = path
    .basename(root)
    .replaceAll(/[^\w.-]+/g, "-")
    .replace(/^[.-]+/, "")
    .slice(0, 40);
  return `${readable || "tree"}-${hash}`;
}
