import { accessSync, constants, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { RequiredTool } from "../runner.ts";

type Environment = Readonly<Record<string, string>>;

/** Value of a variable; Windows does not tell `Path` and `PATH` apart. */
export function variable(env: Environment, name: string): string | undefined {
  if (process.platform !== "win32") return env[name];
  const key = Object.keys(env).find((key) => key.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : env[key];
}

/** Absolute path of a program in these folders or on the environment's path; on Windows with an extension of `PATHEXT`. */
export function findProgram(
  name: string,
  env: Environment,
  folders: readonly string[] = [],
): string | undefined {
  const onPath = (variable(env, "PATH") ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const extensions =
    process.platform === "win32" && path.extname(name) === ""
      ? (variable(env, "PATHEXT") ?? ".COM;.EXE;.BAT;.CMD").split(";")
      : [""];
  for (const folder of [...folders, ...onPath]) {
    for (const extension of extensions) {
      const candidate = path.resolve(folder, name + extension);
      if (isProgram(candidate)) return candidate;
    }
  }
  return undefined;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, process.platform === "win32" ? constants.F_OK : constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The project's Node; where none is on the path, the one that runs this. */
export function nodeProgram(env: Environment): string {
  return findProgram("node", env) ?? process.execPath;
}

/** Whether a package can be loaded from a folder. */
export function canResolve(folder: string, name: string): boolean {
  return resolveFrom(folder, name) !== undefined;
}

/** Whether the project has a package of Node installed, and its version. */
export function packageVersionCheck(name: string): RequiredTool {
  const load = "require('node:module').createRequire(process.cwd() + '/')";
  const read = `JSON.parse(require('node:fs').readFileSync(${load}.resolve('${name}/package.json'), 'utf8')).version`;
  return {
    name,
    check: { program: "node", args: ["-p", read] },
    hint: "install the project's packages, for example with npm ci",
  };
}

/** File that a package's name stands for when it is imported in a folder. */
export function resolveFrom(folder: string, name: string): string | undefined {
  try {
    return createRequire(path.join(folder, "caelum.js")).resolve(name);
  } catch {
    return undefined;
  }
}

/**
 * How to start a program without a shell. Windows runs `.cmd` and `.bat` only through its command interpreter, whose
 * quoting is its own: each argument is quoted and each special character escaped twice, since the shim reads it again.
 */
export function startable(
  program: string,
  args: readonly string[],
): { program: string; args: string[]; verbatim: boolean } {
  if (process.platform !== "win32" || !/\.(?:cmd|bat)$/i.test(program)) {
    return { program, args: [...args], verbatim: false };
  }
  const line = [escapeForCmd(program, 1), ...args.map((argument) => escapeForCmd(argument, 2))].join(" ");
  const interpreter = process.env["ComSpec"] ?? "cmd.exe";
  return { program: interpreter, args: ["/d", "/s", "/c", `"${line}"`], verbatim: true };
}

function escapeForCmd(argument: string, times: number): string {
  // Backslashes before a quote count twice for the C runtime that splits the line.
  let text = `"${argument.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, "$1$1")}"`;
  for (let time = 0; time < times; time += 1) text = text.replaceAll(/[()\][%!^"`<>&|;, *?]/g, "^$&");
  return text;
}
