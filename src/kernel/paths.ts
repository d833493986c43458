import { homedir } from "node:os";
import path from "node:path";

/** A path inside a project as reports show it: relative, `/` on every platform. */
export function toPosix(relative: string): string {
  return path.sep === "/" ? relative : relative.split(path.sep).join("/");
}

type Environment = Readonly<Record<string, string | undefined>>;

function base(env: Environment, variable: string, windows: string | undefined, fallback: string): string {
  const chosen = env[variable];
  // The XDG specification says that a relative path there is invalid and must be ignored.
  if (chosen !== undefined && path.isAbsolute(chosen)) return chosen;
  if (process.platform === "win32" && windows !== undefined) return windows;
  return path.join(homedir(), fallback);
}

/** Where caches live: safe to delete at any time. `CAELUM_CACHE_DIR` wins. */
export function cacheFolder(env: Environment = process.env): string {
  const own = env["CAELUM_CACHE_DIR"];
  if (own) return path.resolve(own);
  return path.join(base(env, "XDG_CACHE_HOME", env["LOCALAPPDATA"], ".cache"), "caelum");
}

/** Where the user's own `fleet.yaml` and configuration live. */
export function configFolder(env: Environment = process.env): string {
  return path.join(base(env, "XDG_CONFIG_HOME", env["APPDATA"], ".config"), "caelum");
}

/** Where state lives that is not to be lost: journals, audit. */
export function stateFolder(env: Environment = process.env): string {
  return path.join(base(env, "XDG_STATE_HOME", env["LOCALAPPDATA"], ".local/state"), "caelum");
}
