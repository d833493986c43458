import { gitLog } from "./git-history.ts";

/** Consecutive lines that a commit added to a file. */
export interface AddedLines {
  commit: string;
  /** `2024-02-29`, in UTC. */
  day: string;
  path: string;
  /** Of the first line, in the file as the commit left it. */
  line: number;
  text: string;
}

/** Longer runs are cut: nothing that is looked for is as long, and a line may have any length. */
const MOST_CHARACTERS = 200_000;

/**
 * All lines that the commits of all branches and tags added below a folder, newest first, in one pass of `git log -p`;
 * binary files have none. Throws as `gitLog` does.
 */
export async function* readAddedLines(folder: string, signal: AbortSignal): AsyncGenerator<AddedLines> {
  const args = [
    "--all",
    "-p",
    "-U0",
    "--no-renames",
    "--diff-filter=AM",
    "--relative",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--format=tformat:%x01%H %cd",
    "--date=format-local:%Y-%m-%d",
    "--",
    ".",
  ];
  let commit = "";
  let day = "";
  let path = "";
  let run: AddedLines | undefined;
  let next = 0;
  let inHunk = 0;
  for await (const line of linesOf(gitLog(folder, args, signal))) {
    if (inHunk > 0) {
      if (line.startsWith("\\")) continue; // "No newline at end of file"
      inHunk--;
      if (!line.startsWith("+")) continue;
      if (run === undefined || run.text.length > MOST_CHARACTERS) {
        if (run !== undefined) yield run;
        run = { commit, day, path, line: next, text: "" };
      }
      run.text += `${line.slice(1, MOST_CHARACTERS)}\n`;
      next++;
      continue;
    }
    if (run !== undefined) {
      yield run;
      run = undefined;
    }
    if (line.startsWith("\x01")) [commit = "", day = ""] = line.slice(1).split(" ");
    else if (line.startsWith("+++ ")) path = pathOf(line.slice(4));
    else if (line.startsWith("@@ ")) {
      const [, removed, first = "1", added] = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
      inHunk = Number(removed ?? 1) + Number(added ?? 1);
      next = Number(first);
    }
  }
  if (run !== undefined) yield run;
}

/** Git quotes names with unusual characters as C does, in bytes. */
function pathOf(written: string): string {
  const name = written.replace(/\t$/, "");
  if (!name.startsWith('"')) return name.replace(/^b\//, "");
  const bytes = name
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
      /^[0-7]{3}$/.test(code)
        ? String.fromCharCode(parseInt(code, 8))
        : ({ n: "\n", t: "\t", r: "\r" }[code] ?? code),
    );
  return Buffer.from(bytes, "latin1").toString("utf8").replace(/^b\//, "");
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}
