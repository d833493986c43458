"use strict";

const { existsSync, mkdirSync, writeSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const { homedir } = require("node:os");
const path = require("node:path");

/**
 * The user's own cache folder, not Node's default under /tmp: on a shared machine another user could own that
 * folder and replace what this process then executes. Mirrors cacheFolder() of the kernel, which is not loaded yet.
 */
function compileCacheFolder(env) {
  if (env.CAELUM_CACHE_DIR) return path.join(env.CAELUM_CACHE_DIR, "compiled");
  if (env.XDG_CACHE_HOME && path.isAbsolute(env.XDG_CACHE_HOME))
    return path.join(env.XDG_CACHE_HOME, "caelum", "compiled");
  if (process.platform === "win32" && env.LOCALAPPDATA)
    return path.join(env.LOCALAPPDATA, "caelum", "compiled");
  return path.join(homedir(), ".cache", "caelum", "compiled");
}

/** Node's own recursive mkdir never returns in some folders (see make-folder.ts of the kernel). */
function canMakeFolder(folder) {
  if (existsSync(folder)) return true;
  if (!canMakeFolder(path.dirname(folder))) return false;
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    return error.code === "EEXIST";
  }
  return true;
}

/** What we use of these works and is pinned by tests; their warnings would stand in the middle of people's output. */
const settled = ["SQLite is an experimental feature", "stripTypeScriptTypes is an experimental feature"];
function silenceWarnings() {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = function (warning, ...rest) {
    const text = String(warning);
    if (!settled.some((known) => text.startsWith(known))) emitWarning(warning, ...rest);
  };
}

/**
 * A user whom the system does not know, without HOME, as containers have them: every question for the home folder would fail,
 * in packages, too. One that does not exist keeps nothing, and nobody else can have put anything into it.
 */
function ensureHome() {
  try {
    homedir();
  } catch {
    process.env.HOME = "/nonexistent";
  }
}

const [asked, ...others] = process.argv.slice(2);
if ((asked === "--version" || asked === "-V") && others.length === 0) {
  // Scripts ask this often, and loading the command tree would double the time that Node itself takes.
  writeSync(1, `${require("../package.json").version}\n`);
} else {
  ensureHome();
  try {
    const folder = compileCacheFolder(process.env);
    if (canMakeFolder(folder)) enableCompileCache(folder);
  } catch {
    // No home folder, for example: it only starts more slowly.
  }
  silenceWarnings();
  void import("../dist/caelum/main.js");
}
