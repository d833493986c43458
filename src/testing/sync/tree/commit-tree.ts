import type { ChildProcess } from "node:child_process";
import type { Entry, TreeAlgorithm } from "../manifest.ts";
import { shownPath } from "../manifest.ts";
import { TreeError } from "../errors.ts";
import { askGit, git, records, startGit } from "./run-git.ts";
import { kindOfMode } from "./work-tree.ts";

export interface CommitTree {
  algorithm: TreeAlgorithm;
  entries: Entry[];
  commit: string;
  gitTree: string;
  notes: string[];
}

/** The tree of a commit below `folder`, from git's objects. @throws TreeError for what is no commit */
export async function readCommitTree(
  folder: string,
  rev: string,
  signal: AbortSignal | undefined,
): Promise<CommitTree> {
  const found = await askGit(
    folder,
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `${rev}^{commit}`],
    { signal },
  );
  const commit = found.text.trim();
  if (!found.ok) throw new TreeError(`"${rev}" names no commit in "${folder}"`);
  const [format, prefix] = (
    await git(folder, ["rev-parse", "--show-object-format", "--show-prefix"], { signal })
  ).split("\n");
  const treeish = `${commit}:${(prefix ?? "").replace(/\/$/, "")}`;
  const [tree, listed] = await Promise.all([
    git(folder, ["rev-parse", "--verify", treeish], { signal }),
    git(folder, ["ls-tree", "-r", "-z", "-l", "--full-tree", treeish], { signal }),
  ]);
  const entries: Entry[] = [];
  const notes: string[] = [];
  for (const record of records(listed)) {
    const tab = record.indexOf("\t");
    const [mode = "", , id = "", size = ""] = record.slice(0, tab).split(/ +/);
    const path = record.slice(tab + 1);
    if (mode === "160000") notes.push(`the submodule "${shownPath(path)}" is not part of it`);
    else entries.push({ path, kind: kindOfMode(mode), id, size: Number(size) });
  }
  return { algorithm: format === "sha256" ? "sha256" : "sha1", entries, commit, gitTree: tree.trim(), notes };
}

/** Contents by object id from one git process that is asked again and again; answers come in order. */
export class GitObjects {
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #buffered: Buffer[] = [];
  #length = 0;
  #waiting: { resolve(bytes: Buffer): void; reject(error: Error): void }[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(id: string): Promise<Buffer> {
    const child = (this.#child ??= this.#start());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      child.stdin?.write(`${id}\n`);
    });
  }

  close(): void {
    this.#child?.stdin?.end();
    this.#child = undefined;
  }

  #start(): ChildProcess {
    const child = startGit(this.#folder, ["cat-file", "--batch"]);
    child.stdout.on("data", (chunk: Buffer) => {
      this.#buffered.push(chunk);
      this.#length += chunk.length;
      this.#answer();
    });
    child.stdin.on("error", () => undefined);
    const fail = (): void => {
      for (const waiting of this.#waiting.splice(0)) waiting.reject(new TreeError("git cat-file ended"));
    };
    child.on("error", fail);
    child.on("close", fail);
    return child;
  }

  #answer(): void {
    while (this.#waiting.length > 0) {
      const head = this.#buffered[0];
      if (head === undefined) return;
      const end = head.indexOf(10);
      // The first line may be cut by the end of a chunk.
      if (end < 0 && this.#buffered.length === 1) return;
      if (end < 0) {
        this.#buffered = [Buffer.concat(this.#buffered)];
        continue;
      }
      const [id = "", type, size] = head.toString("latin1", 0, end).split(" ");
      if (type !== "blob") {
        this.#take(end + 1);
        this.#waiting.shift()?.reject(new TreeError(`git has no file ${id}`));
        continue;
      }
      const length = Number(size);
      if (this.#length < end + 1 + length + 1) return;
      const bytes = this.#take(end + 1 + length + 1);
      this.#waiting.shift()?.resolve(bytes.subarray(end + 1, end + 1 + length));
    }
  }

  #take(count: number): Buffer {
    const all = this.#buffered.length === 1 ? this.#buffered[0]! : Buffer.concat(this.#buffered);
    const rest = all.subarray(count);
    this.#buffered = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    return all.subarray(0, count);
  }
}
