import { writeFileSync } from "node:fs";
import path from "node:path";
import { Linter } from "eslint";
import type { CorpusFile } from "./corpus-files.ts";
import type { Figures } from "./print.ts";
import { runCommand } from "./run-command.ts";
import { median, sum } from "./statistics.ts";

const programs: readonly { name: string; package: string; args: (list: string) => string[] }[] = [
  {
    name: "ctags",
    package: "universal-ctags",
    args: (list) => ["-f", `${list}.tags`, "--fields=+ne", "-L", list],
  },
  { name: "cloc", package: "cloc", args: (list) => ["--quiet", "--skip-uniqueness", `--list-file=${list}`] },
];

/** Other programs on the very same files: whole processes, wall time, a median of some runs. */
export async function otherPrograms(
  files: readonly CorpusFile[],
  runs: number,
  folder: string,
): Promise<readonly Figures[]> {
  const list = path.join(folder, "files.txt");
  writeFileSync(list, files.map(({ file }) => `${file}\n`).join(""));
  const megabytes = megabytesOf(files);
  const rows: Figures[] = [];
  for (const program of programs) {
    const walls: number[] = [];
    for (let i = 0; i < runs; i++) {
      const run = await runCommand(program.name, program.args(list)).catch(() => undefined);
      if (run === undefined) break;
      if (run.exitCode !== 0) throw new Error(`${program.name} failed: ${run.stderr}`);
      walls.push(run.wallMs);
    }
    if (walls.length === 0) rows.push({ name: program.name, missing: `apt-get install ${program.package}` });
    else
      rows.push({
        name: program.name,
        seconds: median(walls) / 1000,
        "MB/s": megabytes / (median(walls) / 1000),
      });
  }
  return rows;
}

/** ESLint's `complexity` alone on the JavaScript and TypeScript files, in this process, one thread. */
export async function eslintComplexity(files: readonly CorpusFile[]): Promise<Figures> {
  const parser = (await import("@babel/eslint-parser")) as Linter.Parser;
  const pluginsOf: Readonly<Record<string, readonly string[]>> = {
    javascript: ["jsx"],
    typescript: ["typescript"],
    tsx: ["typescript", "jsx"],
  };
  const scripts = files.filter(({ language }) => language in pluginsOf);
  const linter = new Linter();
  let failed = 0;
  const start = performance.now();
  for (const { text, language, path: name } of scripts) {
    const filename = `x${path.extname(name)}`;
    const parserOpts = { plugins: pluginsOf[language]! };
    const parserOptions = {
      requireConfigFile: false,
      babelOptions: { parserOpts, filename, babelrc: false, configFile: false },
    };
    const messages = linter.verify(
      text,
      { files: ["**/*"], languageOptions: { parser, parserOptions }, rules: { complexity: ["error", 0] } },
      { filename, allowInlineConfig: false },
    );
    if (messages.some(({ fatal }) => fatal)) failed++;
  }
  const seconds = (performance.now() - start) / 1000;
  const megabytes = megabytesOf(scripts);
  return {
    files: scripts.length,
    megabytes,
    seconds,
    "MB/s": megabytes / seconds,
    "files it could not parse": failed,
  };
}

function megabytesOf(files: readonly CorpusFile[]): number {
  return sum(files.map(({ content }) => content.length)) / 1e6;
}
