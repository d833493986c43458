import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import picomatch from "picomatch";
import { type CorpusSet, corpusSets, type CorpusSource, type DebianSource } from "./corpus-sources.ts";
import { npmPack } from "./npm-pack.ts";

/** `$CAELUM_CORPUS`, else `caelum-corpus` in the user's cache folder. Never inside the repository. */
export function corpusRoot(): string {
  const own = process.env["CAELUM_CORPUS"];
  if (own) return path.resolve(own);
  const cache = process.env["XDG_CACHE_HOME"];
  return path.join(cache && path.isAbsolute(cache) ? cache : path.join(homedir(), ".cache"), "caelum-corpus");
}

export function corpusFolder(set: CorpusSet): string {
  return path.join(corpusRoot(), set);
}

/** Folder of a set that has been fetched before. Throws, with the command to run, where it has not. */
export async function requireCorpus(set: CorpusSet): Promise<string> {
  for (const source of corpusSets[set]) {
    if (!(await isFetched(set, source))) {
      throw new Error(`the corpus is not here; run: node scripts/corpus.ts --set ${set}`);
    }
  }
  return corpusFolder(set);
}

/**
 * Fetches what is missing of a set and returns its folder; needs no network when all is there. A source is put
 * in place by renaming, and noted as done after that: a run that breaks off is continued by the next.
 */
export async function fetchCorpus(set: CorpusSet, report: (line: string) => void): Promise<string> {
  const folder = corpusFolder(set);
  await mkdir(folder, { recursive: true });
  for (const source of corpusSets[set]) {
    const title = `${source.name} ${source.version}`;
    if (await isFetched(set, source)) {
      report(`${title}: here`);
      continue;
    }
    report(`${title}: fetching`);
    const unpacked = await mkdtemp(path.join(corpusRoot(), "unpack-"));
    try {
      const top = await unpack(source, unpacked);
      for (const take of source.take) await place(take, top, folder);
    } finally {
      await rm(unpacked, { recursive: true, force: true });
    }
    await mkdir(path.dirname(noteOf(set, source)), { recursive: true });
    await writeFile(noteOf(set, source), pinOf(source));
  }
  return folder;
}

/** A note beside the sets, not in them: they hold nothing but sources. */
function noteOf(set: CorpusSet, source: CorpusSource): string {
  return path.join(corpusRoot(), "notes", set, source.name.replaceAll("/", "+"));
}

function pinOf(source: CorpusSource): string {
  return `${JSON.stringify(source)}\n`;
}

async function isFetched(set: CorpusSet, source: CorpusSource): Promise<boolean> {
  const note = await readFile(noteOf(set, source), "utf8").catch(() => undefined);
  return note === pinOf(source);
}

/** Returns the folder that `take` is relative to. */
async function unpack(source: CorpusSource, folder: string): Promise<string> {
  if (source.kind === "npm") {
    const tarball = await npmPack(source, folder);
    await execa("tar", ["-xzf", tarball, "-C", folder]);
    return path.join(folder, "package");
  }
  await execa("dpkg-deb", ["-x", await debianPackage(source), folder]);
  if (source.inner === undefined) return folder;
  const inner = path.join(folder, "inner");
  await mkdir(inner);
  const wanted = source.take.map(({ from }) => from);
  await execa("tar", ["-xf", path.join(folder, source.inner), "-C", inner, ...wanted]);
  return inner;
}

/**
 * The .deb with the pinned content, from the downloads of an earlier run or through apt, which works as an ordinary
 * user. Archives drop old versions in time; snapshot.debian.org has them all.
 */
async function debianPackage({ name, version, sha256 }: DebianSource): Promise<string> {
  const downloads = path.join(corpusRoot(), "downloads");
  await mkdir(downloads, { recursive: true });
  const find = async (): Promise<string | undefined> => {
    for (const file of await readdir(downloads)) {
      const full = path.join(downloads, file);
      if (file.startsWith(`${name}_`) && file.endsWith(".deb") && (await sha256Of(full)) === sha256)
        return full;
    }
    return undefined;
  };
  const known = await find();
  if (known !== undefined) return known;
  const asked = await execa("apt-get", ["download", `${name}=${version}`], { cwd: downloads, reject: false });
  const found = await find();
  if (found !== undefined) return found;
  const reason = asked.failed ? asked.stderr || asked.message : "its content is not the pinned one";
  throw new Error(
    `${name} ${version} cannot be had: ${reason}\n` +
      `try: apt-get update (Debian 12), or put the .deb from snapshot.debian.org into ${downloads}`,
  );
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

async function place(take: CorpusSource["take"][number], top: string, folder: string): Promise<void> {
  const from = path.join(top, take.from);
  const to = path.join(folder, take.to);
  const isUnwanted = picomatch(
    (take.without ?? []).flatMap((glob) => [glob, `${glob}/**`]),
    { dot: true },
  );
  await rm(to, { recursive: true, force: true });
  await mkdir(path.dirname(to), { recursive: true });
  if (take.without === undefined) {
    await rename(from, to);
  } else {
    const filter = (file: string): boolean => {
      const below = path.relative(from, file);
      return below === "" || !isUnwanted(below);
    };
    await cp(from, to, { recursive: true, verbatimSymlinks: true, filter });
  }
  // Debian's kernel package ignores everything but its own folder there; the sources are what we came for.
  if (take.to === "linux") await rm(path.join(to, ".gitignore"), { force: true });
}
