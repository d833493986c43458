import path from "node:path";
import { findProgram } from "../runners/common/programs.ts";

/**
 * The environment that this program was started with. Where the host has no Node of its own, the one that runs this comes
 * last on the path: what is tested with Node is tested with that.
 */
export function ownEnvironment(): Record<string, string> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  if (findProgram("node", env) !== undefined) return env;
  // Windows does not tell `Path` from `PATH`, objects do.
  const name = Object.keys(env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  const before = env[name];
  const own = path.dirname(process.execPath);
  return { ...env, [name]: before === undefined || before === "" ? own : before + path.delimiter + own };
}
