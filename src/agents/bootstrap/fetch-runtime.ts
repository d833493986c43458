import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { cacheFolder, systemCode } from "#kernel";
import { RuntimeError } from "../errors.ts";
import type { Runtime } from "./runtimes.ts";
import { fileInTar } from "./tar.ts";

/** A runtime as it lies in the cache, ready to be sent. */
export interface CachedRuntime {
  id: string;
  /** The program, gzip. */
  compressed: string;
  /** SHA-256 of the program itself. */
  sha: string;
}

const pending = new Map<string, Promise<CachedRuntime>>();

/**
 * From the cache, else from the npm registry (`npm_config_registry`, default registry.npmjs.org), checked against the
 * pinned integrity before anything of it is used. Needed once: later starts work offline. Throws a RuntimeError.
 */
export function cachedRuntime(runtime: Runtime, signal: AbortSignal): Promise<CachedRuntime> {
  // Many hosts may want the same at once.
  const running =
    pending.get(runtime.id) ?? findOrFetch(runtime, signal).finally(() => pending.delete(runtime.id));
  pending.set(runtime.id, running);
  return running;
}

async function findOrFetch(runtime: Runtime, signal: AbortSignal): Promise<CachedRuntime> {
  const parent = path.join(cacheFolder(), "runtimes");
  const folder = path.join(parent, runtime.id);
  const there = await read(runtime.id, folder);
  if (there !== undefined) return there;
  await mkdir(parent, { recursive: true });
  const temporary = await mkdtemp(path.join(parent, "fetch-"));
  try {
    const archive = path.join(temporary, "archive.tgz");
    await download(runtime, archive, signal);
    await unpack(runtime, archive, temporary, signal);
    await rm(archive);
    await rename(temporary, folder).catch(async (error: unknown) => {
      // Another caelum was quicker.
      if (systemCode(error) !== "ENOTEMPTY" && systemCode(error) !== "EEXIST") throw error;
    });
    const made = await read(runtime.id, folder);
    if (made === undefined) throw new RuntimeError(runtime.id, "the cache did not keep it");
    return made;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function read(id: string, folder: string): Promise<CachedRuntime | undefined> {
  const sha = await readFile(path.join(folder, "sha256"), "utf8").catch(() => undefined);
  return sha === undefined ? undefined : { id, sha, compressed: path.join(folder, "node.gz") };
}

async function download(runtime: Runtime, archive: string, signal: AbortSignal): Promise<void> {
  const registry = (process.env["npm_config_registry"] ?? "https://registry.npmjs.org").replace(/\/+$/, "");
  const url = `${registry}/${runtime.package}/-/${runtime.package}-${runtime.version}.tgz`;
  const sum = createHash("sha512");
  try {
    const response = await fetch(url, { signal });
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    const { body } = response;
    await pipeline(async function* hashed() {
      for await (const chunk of body) {
        sum.update(chunk as Uint8Array);
        yield chunk as Uint8Array;
      }
    }, createWriteStream(archive));
  } catch (error) {
    throw new RuntimeError(
      runtime.id,
      `${url} cannot be fetched: ${error instanceof Error ? error.message : String(error)}`,
      {
        hint: "install Node 20 or newer on the host, or run once with access to the npm registry",
        cause: error,
      },
    );
  }
  const integrity = `sha512-${sum.digest("base64")}`;
  if (integrity !== runtime.integrity) {
    throw new RuntimeError(runtime.id, `${url} is not what it should be: its integrity is ${integrity}`);
  }
}

async function unpack(runtime: Runtime, archive: string, folder: string, signal: AbortSignal): Promise<void> {
  const { createReadStream } = await import("node:fs");
  const sum = createHash("sha256");
  const program = fileInTar(createReadStream(archive).pipe(createGunzip()), runtime.program);
  await pipeline(
    async function* hashed() {
      for await (const chunk of program) {
        sum.update(chunk);
        yield chunk;
      }
    },
    // Compressed once here, sent many times.
    createGzip({ level: 6 }),
    createWriteStream(path.join(folder, "node.gz")),
    { signal },
  );
  await writeFile(path.join(folder, "sha256"), sum.digest("hex"));
}
