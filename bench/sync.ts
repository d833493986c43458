/**
 * How long it takes until a tree lies on a host: caelum's sync beside tar and zstd over ssh and beside rsync, on a host of
 * the lab (real sshd on this machine) and the same files.
 *
 *     node bench/sync.ts [--files 5000] [--rounds 5] [--json]
 *
 * The host's Node is what its sshd finds (`/usr/bin/node`): one of version 20 has no zstd, and caelum takes brotli.
 * tar and rsync connect anew each time; caelum is measured with the session that a run has anyway, and once with opening
 * it. All are wall time, medians, taken in turn so that a busy machine hits all alike.
 */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { openSession, type Session } from "#agents";
import { requireCorpus } from "../scripts/corpus-fetch.ts";
import { readTree, sendTree, type TreePort } from "../src/testing/sync/index.ts";
import { buildForHosts } from "../test/helpers/build-for-hosts.ts";
import { Lab, whyNoLab } from "../test/lab/lab.ts";
import { withTemporary } from "./lib/caelum.ts";
import { type Figures, printFigures } from "./lib/print.ts";
import { runCommand } from "./lib/run-command.ts";
import { median } from "./lib/statistics.ts";

const { values } = parseArgs({
  options: {
    files: { type: "string", default: "5000" },
    rounds: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
  },
});

/** A repository of real files, all committed. Returns its bytes. */
function makeRepository(corpus: string, folder: string): number {
  let bytes = 0;
  let count = 0;
  const pending = [corpus];
  for (let at = pending.pop(); at !== undefined && count < Number(values.files); at = pending.pop()) {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const file = path.join(at, entry.name);
      if (entry.isDirectory()) pending.push(file);
      if (!entry.isFile() || count >= Number(values.files)) continue;
      const { size } = statSync(file);
      if (size > 100_000) continue;
      const target = path.join(folder, path.relative(corpus, file));
      mkdirSync(path.dirname(target), { recursive: true });
      copyFileSync(file, target);
      bytes += size;
      count++;
    }
  }
  const git = (...args: string[]): void => void execFileSync("git", args, { cwd: folder, stdio: "ignore" });
  git("init", "-q");
  git("add", "-A", "-f");
  git("-c", "user.name=bench", "-c", "user.email=bench@example.org", "commit", "-q", "-m", "all");
  return bytes;
}

interface Change {
  (repository: string, round: number): void;
}

/** Five changed, one new, one gone. */
const edit: Change = (repository, round) => {
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: repository, encoding: "utf8" }).split("\0");
  for (let i = 0; i < 5; i++)
    appendFileSync(path.join(repository, files[i * 100 + round] ?? ""), `// ${round}\n`);
  writeFileSync(path.join(repository, `new-${round}.c`), `int round = ${round};\n`);
  rmSync(path.join(repository, files[900 + round] ?? ""));
};
const nothing: Change = () => undefined;

class TreeProgram {
  readonly port: TreePort;
  readonly #command: Awaited<ReturnType<Session["exec"]>>;

  private constructor(command: Awaited<ReturnType<Session["exec"]>>) {
    this.#command = command;
    command.stderr.pipe(process.stderr);
    const waiting = new Map<number, (answer: { answer?: unknown; error?: string }) => void>();
    createInterface({ input: command.stdout }).on("line", (line) => {
      const { id, ...rest } = JSON.parse(line) as { id: number };
      waiting.get(id)?.(rest);
    });
    let last = 0;
    const ask = async (verb: string, request: unknown, bytes?: Uint8Array): Promise<never> => {
      const id = ++last;
      command.stdin.write(`${JSON.stringify({ id, verb, request, bytes: bytes?.length })}\n`);
      if (bytes !== undefined) command.stdin.write(bytes);
      const { answer, error } = await new Promise<{ answer?: unknown; error?: string }>((resolve) =>
        waiting.set(id, resolve),
      );
      if (error !== undefined) throw new Error(error);
      return answer as never;
    };
    this.port = {
      open: (request) => ask("open", request),
      unpack: (request, pack) => ask("unpack", request, pack),
      place: (request) => ask("place", request),
      finish: (request) => ask("finish", request),
      release: (request) => ask("release", request),
    };
  }

  static async start(
    session: Session,
    bundle: { name: string; path: string; sha: string },
  ): Promise<TreeProgram> {
    await session.putBlobs([bundle]);
    const { home } = await session.facts();
    const file = `${String(home)}/blobs/${bundle.sha.slice(0, 2)}/${bundle.sha}`;
    return new TreeProgram(await session.exec("node", [file, String(home)]));
  }

  async stop(): Promise<void> {
    this.#command.kill();
    await this.#command.exited;
  }
}

async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function measure(folder: string): Promise<Figures> {
  const repository = path.join(folder, "repository");
  mkdirSync(repository);
  const bytes = makeRepository(await requireCorpus("linux"), repository);
  const bundle = await buildForHosts("bench/lib/tree-host.ts");
  const lab = await Lab.start({ h: {} });
  const cacheFolder = path.join(folder, "cache");
  const ssh = `ssh -F ${lab.configFile}`;
  // Not the synchronous kind: the link to the host is in this process.
  const shell = async (script: string): Promise<void> => {
    const { exitCode, stderr } = await runCommand("bash", [
      "-o",
      "pipefail",
      "-c",
      `cd ${repository} && ${script}`,
    ]);
    if (exitCode !== 0) throw new Error(`${script}: ${stderr}`);
  };

  async function caelum(session: Session, port: TreePort, project: string): Promise<void> {
    const tree = await readTree(repository, { cacheFolder });
    const sent = await sendTree(tree, session, port, { project, slots: 1, maxBytes: 1e11 });
    await port.release({ tree: sent.tree });
  }
  const tar = (target: string): Promise<void> =>
    shell(
      `git ls-files -z -c -o --exclude-standard | { tar --ignore-failed-read -c --null -T - 2>/dev/null || true; } | zstd -q -T1 | ${ssh} h 'rm -rf ${target} && mkdir -p ${target} && zstd -dcq | tar -x -C ${target}'`,
    );
  const rsync = (target: string): Promise<void> =>
    shell(`rsync -a --delete --exclude .git -e '${ssh}' ./ h:${target}/`);

  async function withSession(project: string): Promise<void> {
    const own = await openSession(lab.host("h"));
    const ownProgram = await TreeProgram.start(own, bundle);
    await caelum(own, ownProgram.port, project);
    await ownProgram.stop();
    await own.close();
  }

  async function each(change: Change, prefix: string, isFirst: boolean): Promise<Figures> {
    const times: Record<string, number[]> = { caelum: [], "caelum with session": [], tar: [], rsync: [] };
    let session = await openSession(lab.host("h"));
    let program = await TreeProgram.start(session, bundle);
    for (let round = 0; round < Number(values.rounds); round++) {
      const name = (who: string): string => (isFirst ? `${prefix}-${who}-${round}` : `${prefix}-${who}`);
      if (!isFirst && round === 0) {
        await caelum(session, program.port, name("open"));
        await caelum(session, program.port, name("own"));
        await rsync(name("rsync"));
      }
      change(repository, round);
      const { port } = program;
      const open = session;
      times["caelum"]?.push(await timed(() => caelum(open, port, name("open"))));
      times["tar"]?.push(await timed(() => tar(name("tar"))));
      times["rsync"]?.push(await timed(() => rsync(name("rsync"))));
      if (!isFirst) times["caelum with session"]?.push(await timed(() => withSession(name("own"))));
      if (!isFirst) continue;
      // An agent remembers what it has, so forgetting takes a new one.
      await program.stop();
      await session.close();
      // Aside, and not away: ext4 searches long for inodes where many have just been given back.
      await shell(
        `${ssh} h "mkdir -p aside/${round} && mv .cache/caelum/blobs .cache/caelum/work ${name("tar")} ${name("rsync")} aside/${round}"`,
      );
      session = await openSession(lab.host("h"));
      program = await TreeProgram.start(session, bundle);
    }
    await program.stop();
    await session.close();
    const medians = Object.fromEntries(
      Object.entries(times).flatMap(([who, all]) => (all.length === 0 ? [] : [[`${who}, ms`, median(all)]])),
    );
    return { ...medians, "caelum / tar": (medians["caelum, ms"] ?? 0) / (medians["tar, ms"] ?? 1) };
  }

  try {
    return {
      files: Number(values.files),
      MB: bytes / 1e6,
      first: await each(nothing, "first", true),
      "no change": await each(nothing, "same", false),
      "small edit": await each(edit, "edit", false),
    };
  } finally {
    await lab.stop();
  }
}

const impossible = whyNoLab();
if (impossible !== undefined) throw new Error(impossible);
await withTemporary(async (folder) => printFigures("sync", await measure(folder)));
