import { spawnSync } from "node:child_process";
import { wasmFlags } from "../../src/analysis/parse/tune-wasm.ts";

/**
 * Starts this program once more under the flags of workers, unless it has them, and ends with it. Node has compiled WASM for itself
 * before the first line of a program in TypeScript runs: then it is too late to set them.
 */
export function inTunedProcess(): void {
  if (wasmFlags.every((flag) => process.execArgv.includes(flag))) return;
  const { status } = spawnSync(
    process.execPath,
    [...wasmFlags, ...process.execArgv, ...process.argv.slice(1)],
    {
      stdio: "inherit",
    },
  );
  process.exit(status ?? 1);
}
