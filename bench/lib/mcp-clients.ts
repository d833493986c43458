import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { corpusRoot } from "../../scripts/corpus-fetch.ts";

const manifest = path.join(import.meta.dirname, "../../test/fixtures/mcp-clients/package.json");

/** Public MCP servers and clients at pinned versions, installed once beside the corpus: 180 MB are too much for everybody. */
export function mcpClients(): string {
  const version = createHash("sha256").update(readFileSync(manifest)).digest("hex").slice(0, 12);
  const folder = path.join(corpusRoot(), "tools", `mcp-clients-${version}`);
  if (!existsSync(path.join(folder, "node_modules"))) {
    mkdirSync(folder, { recursive: true });
    copyFileSync(manifest, path.join(folder, "package.json"));
    execFileSync("npm", ["install", "--ignore-scripts", "--no-package-lock", "--loglevel", "error"], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  return folder;
}
