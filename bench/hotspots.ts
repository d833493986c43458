/**
 * How long the git history of a large repository takes to read: a synthetic one of 100,000 commits.
 *
 *     node bench/hotspots.ts [--commits 100000] [--files 5000] [--json]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { parseArgs } from "node:util";
import { HistoryBuilder, historyState, readCommits } from "../src/analysis/hotspots/index.ts";
import { withTemporary } from "./lib/caelum.ts";
import { type Figures, printFigures } from "./lib/print.ts";
import { runCommand } from "./lib/run-command.ts";
import { randomFrom } from "./lib/seeded-clones.ts";

const { values } = parseArgs({
  options: {
    commits: { type: "string", default: "100000" },
    files: { type: "string", default: "5000" },
    json: { type: "boolean", default: false },
  },
});
const commits = Number(values.commits);
const files = Number(values.files);

printFigures(`hotspots: ${commits} commits, ${files} files`, await withTemporary(measure));

async function measure(folder: string): Promise<Figures> {
  await runCommand("git", ["init", "--quiet", folder]);
  await fill(folder);
  const { signal } = new AbortController();
  const state = await historyState(folder, signal);
  if (state.state === "none") throw new Error(state.reason);
  const builder = new HistoryBuilder(Array.from({ length: files }, (_, file) => nameOf(file)));
  const cpu = process.cpuUsage();
  const start = performance.now();
  for await (const commit of readCommits(folder, state.hasContents, signal)) builder.add(commit);
  const history = builder.done();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const bare = await runCommand("git", ["-C", folder, "log", "-M", "--name-status", "--format=%ct %aN"]);
  return {
    "commits read": history.commits,
    "files with a history": history.files.size,
    "pairs that change together": history.coupling.length,
    seconds,
    "commits/s": history.commits / seconds,
    "CPU time of ours, seconds": (user + system) / 1e6,
    "git log alone, seconds": bare.wallMs / 1000,
  };
}

function nameOf(file: number): string {
  return `src/module-${Math.floor(file / 50)}/file-${file}.ts`;
}

/** Few files are changed often, most of them seldom; neighbours change together. */
async function fill(folder: string): Promise<void> {
  const random = randomFrom(7);
  const git = spawn("git", ["-C", folder, "fast-import", "--quiet", "--done"], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  const write = async (text: string): Promise<void> => {
    if (!git.stdin.write(text)) await once(git.stdin, "drain");
  };
  let text = "";
  for (let commit = 0; commit < commits; commit++) {
    const first = Math.floor(random() ** 3 * files);
    const touched = new Set(
      Array.from({ length: 1 + Math.floor(random() * 4) }, (_, i) => (first + i * 7) % files),
    );
    text += `commit refs/heads/main\nauthor A${commit % 200} <a${commit % 200}@example.com> ${1.5e9 + commit * 900} +0000\n`;
    text += `committer A <a@example.com> ${1.5e9 + commit * 900} +0000\ndata 1\nx\n`;
    for (const file of commit === 0 ? Array.from({ length: files }, (_, one) => one) : touched) {
      const body = content(file, commit);
      text += `M 100644 inline ${nameOf(file)}\ndata ${body.length}\n${body}\n`;
    }
    if (text.length > 1 << 18) {
      await write(text);
      text = "";
    }
  }
  await write(`${text}done\n`);
  git.stdin.end();
  const [code] = (await once(git, "close")) as [number];
  if (code !== 0) throw new Error(`git fast-import ended with ${code} in ${path.basename(folder)}`);
  await runCommand("git", ["-C", folder, "symbolic-ref", "HEAD", "refs/heads/main"]);
  await runCommand("git", ["-C", folder, "reset", "--quiet", "--hard"]);
}

function content(file: number, version: number): string {
  return `export const a${file} = ${version};\n`.repeat(10);
}
