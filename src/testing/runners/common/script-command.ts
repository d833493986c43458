import type { ProjectFolder } from "../runner.ts";
import { readManifest, testScripts } from "./manifest.ts";
import { splitWords } from "./quote.ts";

/** How a package's own script starts a runner. */
export interface ScriptCommand {
  /** `NODE_ENV=test` before the command, also behind `cross-env`. */
  env: Record<string, string>;
  /** Flags of `node`, if the script starts the runner with it. */
  flags: string[];
  args: string[];
}

/** The first test script that runs this program; `test` before the others. */
export function scriptCommand(project: ProjectFolder, program: RegExp): ScriptCommand | undefined {
  const manifest = readManifest(project);
  if (manifest === undefined) return undefined;
  const plain = manifest.scripts.get("test");
  const scripts = [...(plain === undefined ? [] : [plain]), ...testScripts(manifest)];
  return scripts.map((script) => commandIn(script, program)).find((command) => command !== undefined);
}

/** The part of a shell script that runs a program: `TZ=UTC nyc mocha --exit test`. */
export function commandIn(script: string, program: RegExp): ScriptCommand | undefined {
  for (const command of script.split(/&&|\|\|?|;|&(?!>)/)) {
    const words = withoutRedirections(splitWords(command.trim()));
    const at = words.findIndex((word) => program.test(baseName(word)));
    if (at < 0) continue;
    const before = words.slice(0, at);
    const node = before.findLastIndex((word) => baseName(word) === "node");
    return {
      env: Object.fromEntries(before.map(assignment).filter((found) => found !== undefined)),
      flags: node < 0 ? [] : before.slice(node + 1),
      args: words.slice(at + 1),
    };
  }
  return undefined;
}

/** Without `> file`, `2>&1` and their like. */
function withoutRedirections(words: readonly string[]): string[] {
  const aloneBefore = (index: number): boolean => /^(?:\d|&)?>>?$/.test(words[index - 1] ?? "");
  return words.filter((word, index) => !/^(?:\d|&)?>/.test(word) && !aloneBefore(index));
}

/** `node_modules/.bin/mocha`, `node_modules/mocha/bin/_mocha.js` → `mocha`, `_mocha`. */
function baseName(word: string): string {
  return (word.split(/[\\/]/).at(-1) ?? "").replace(/\.(?:[cm]?js|cmd|exe)$/, "");
}

function assignment(word: string): [string, string] | undefined {
  const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(word);
  return match === null ? undefined : [match[1] ?? "", match[2] ?? ""];
}
