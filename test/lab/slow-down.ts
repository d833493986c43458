import { readFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "./isolation.ts";
import type { Lab } from "./lab.ts";

/** Bytes that a host gets before its first file: agent, worker and grammars. */
function equipmentBytes(): number {
  const manifest = path.join(projectRoot, "dist/manifest.json");
  const { files } = JSON.parse(readFileSync(manifest, "utf8")) as {
    files: Record<string, { bytes: number }>;
  };
  const uploaded = Object.entries(files).filter(([name]) => /^(?:agent|workers)\//.test(name));
  return uploaded.reduce((sum, [, { bytes }]) => sum + bytes, 0);
}

/**
 * Makes a host's link so slow behind its equipment that any run lasts for seconds, however fast the machine is: what
 * happens then happens in the middle.
 */
export function slowDown(lab: Lab, name: string, bytesPerSecond = 80_000): void {
  lab.link(name).turn({ bytesPerSecond, limitAfter: equipmentBytes() });
}
