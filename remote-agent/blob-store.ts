import { createHash, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, statSync, utimes, type WriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat, utimes as touch, writeFile } from "node:fs/promises";
import path from "node:path";
import { blobPath, isSha } from "#protocol";
import { AgentFailure, messageOf, sha256 } from "./failure.ts";

const hourMs = 3_600_000;
/** Looking through a store of 10,000 blobs takes a second: not at each start, and not for each blob. */
const lookEveryMs = hourMs;
const lookEveryPart = 1 / 16;

/**
 * Content by SHA-256 in a folder that several agents may use at once: a blob is written under a temporary name,
 * verified and renamed, so whoever sees it sees all of it, and writing it twice does no harm.
 *
 * Bounded: what has not been asked for during an hour is removed, oldest first, once `maxBytes` is passed. The store is
 * looked through when something is put and nobody has looked for an hour, and whenever a sixteenth of the bound was put.
 */
export class BlobStore {
  readonly folder: string;
  readonly #temporary: string;
  readonly #maxBytes: number;
  readonly #known = new Set<string>();
  /** Put since we last looked; undefined: we never have. */
  #put: number | undefined;

  constructor(home: string, maxBytes: number) {
    this.folder = path.join(home, "blobs");
    this.#temporary = path.join(home, "tmp");
    this.#maxBytes = maxBytes;
    // It must be there when workers start: Node's permission model takes what is not there for a file.
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  path(sha: string): string {
    if (!isSha(sha)) throw new AgentFailure("bad-hash", `"${sha.slice(0, 80)}" is not a SHA-256 hash`);
    return path.join(this.folder, blobPath(sha));
  }

  has(sha: string): boolean {
    if (this.#known.has(sha)) return true;
    const file = this.path(sha);
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined) return false;
    this.#known.add(sha);
    const now = new Date();
    // Half an hour of protection is left at least.
    if (now.getTime() - found.mtimeMs > hourMs / 2) utimes(file, now, now, () => undefined);
    return true;
  }

  /** Throws an AgentFailure when the bytes are not what the hash says, or the disk does not take them. */
  async put(sha: string, bytes: Uint8Array): Promise<void> {
    const target = this.path(sha);
    if (this.has(sha)) return;
    if (sha256(bytes) !== sha)
      throw new AgentFailure("wrong-hash", `the content of blob ${sha} has another hash`);
    const temporary = await this.#temporaryFile();
    await this.#guarded(temporary, async () => {
      await writeFile(temporary, bytes, { mode: 0o600, flag: "wx" });
      await this.#settle(temporary, target, sha, bytes.length);
    });
  }

  /** For content too large to be held at once; `finish` verifies it. */
  async writer(
    sha: string,
  ): Promise<{ write(bytes: Uint8Array): Promise<void>; finish(): Promise<void>; drop(): void }> {
    const target = this.path(sha);
    const temporary = await this.#temporaryFile();
    const file = createWriteStream(temporary, { mode: 0o600, flags: "wx" });
    const failed = new Promise<never>((_, reject) => file.once("error", reject));
    failed.catch(() => undefined);
    const hash = createHash("sha256");
    let size = 0;
    return {
      write: async (bytes) => {
        hash.update(bytes);
        size += bytes.length;
        await this.#guarded(temporary, () => Promise.race([written(file, bytes), failed]));
      },
      finish: () =>
        this.#guarded(temporary, async () => {
          await Promise.race([new Promise<void>((resolve) => file.end(() => resolve())), failed]);
          if (hash.digest("hex") !== sha) {
            throw new AgentFailure("wrong-hash", `the content of blob ${sha} has another hash`);
          }
          await this.#settle(temporary, target, sha, size);
        }),
      drop: () => {
        file.destroy();
        void rm(temporary, { force: true });
      },
    };
  }

  /** Throws an AgentFailure when there is no such blob. */
  async read(sha: string): Promise<{ size: number; chunks: AsyncIterable<Uint8Array> }> {
    const file = this.path(sha);
    try {
      const { size } = await stat(file);
      return { size, chunks: createReadStream(file, { highWaterMark: 256 * 1024 }) };
    } catch (error) {
      throw new AgentFailure("missing-blob", `blob ${sha} is not here`, { cause: error });
    }
  }

  async #temporaryFile(): Promise<string> {
    await mkdir(this.#temporary, { recursive: true, mode: 0o700 });
    return path.join(this.#temporary, randomBytes(12).toString("hex"));
  }

  async #settle(temporary: string, target: string, sha: string, size: number): Promise<void> {
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    await rename(temporary, target);
    this.#known.add(sha);
    const isFirst = this.#put === undefined;
    this.#put = (this.#put ?? 0) + size;
    const isDue = this.#put > this.#maxBytes * lookEveryPart || (isFirst && (await this.#isOverdue()));
    if (isDue) await this.#evict();
  }

  /** True if nobody has looked through the store for some time: its folder's own time tells. */
  async #isOverdue(): Promise<boolean> {
    const found = await stat(this.folder).catch(() => undefined);
    return found === undefined || Date.now() - found.mtimeMs > lookEveryMs;
  }

  async #guarded(temporary: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await rm(temporary, { force: true });
      throw error instanceof AgentFailure
        ? error
        : new AgentFailure("disk", messageOf(error), { cause: error });
    }
  }

  async #list(): Promise<{ file: string; sha: string; size: number; usedAt: number }[]> {
    const blobs = [];
    for (const part of await readdir(this.folder).catch(() => [])) {
      for (const sha of await readdir(path.join(this.folder, part)).catch(() => [])) {
        const file = path.join(this.folder, part, sha);
        const found = await stat(file).catch(() => undefined);
        if (found?.isFile()) blobs.push({ file, sha, size: found.size, usedAt: found.mtimeMs });
      }
    }
    return blobs;
  }

  /** Others that put something meanwhile need not look, too. */
  async #markLooked(): Promise<void> {
    const now = new Date();
    await touch(this.folder, now, now).catch(() => undefined);
  }

  async #evict(): Promise<void> {
    this.#put = 0;
    await this.#markLooked();
    const blobs = (await this.#list()).sort((a, b) => a.usedAt - b.usedAt);
    let bytes = blobs.reduce((sum, blob) => sum + blob.size, 0);
    if (bytes <= this.#maxBytes) return;
    for (const blob of blobs) {
      // Another client may have just been told that it need not send this one.
      const inUse = this.#known.has(blob.sha) || Date.now() - blob.usedAt < hourMs;
      if (bytes <= this.#maxBytes * 0.9) break;
      if (inUse) continue;
      await rm(blob.file, { force: true });
      bytes -= blob.size;
    }
  }
}

function written(file: WriteStream, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    // The bytes are a view into a buffer of the socket, valid until the stream has taken them.
    file.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
