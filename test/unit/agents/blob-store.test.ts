import { createHash } from "node:crypto";
import { existsSync, statSync, utimesSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BlobStore } from "../../../remote-agent/blob-store.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const hourMs = 3_600_000;
const blobBytes = 1000;

function blob(number: number): { sha: string; bytes: Buffer } {
  const bytes = Buffer.alloc(blobBytes, `content ${number} `);
  return { sha: createHash("sha256").update(bytes).digest("hex"), bytes };
}

async function putAll(store: BlobStore, blobs: readonly { sha: string; bytes: Buffer }[]): Promise<void> {
  for (const { sha, bytes } of blobs) await store.put(sha, bytes);
}

/** As if it had been used so long ago. */
function age(file: string, ms: number): void {
  const then = new Date(Date.now() - ms);
  utimesSync(file, then, then);
}

describe("what a host keeps", () => {
  const old = [0, 1, 2, 3, 4, 5, 6, 7].map(blob);
  const fresh = [8, 9].map(blob);

  async function fullStore(maxBytes: number): Promise<{ home: string; store: BlobStore }> {
    const home = temporaryFolder({});
    const before = new BlobStore(home, Infinity);
    await putAll(before, old);
    for (const [place, { sha }] of old.entries()) age(before.path(sha), (20 - place) * hourMs);
    age(before.folder, 2 * hourMs);
    return { home, store: new BlobStore(home, maxBytes) };
  }

  function placesLeft(store: BlobStore): number[] {
    return [...old.keys()].filter((place) => existsSync(store.path(old[place]!.sha)));
  }

  test("is bounded: the oldest goes when something is put and nobody has looked for an hour", async () => {
    const { store } = await fullStore(5 * blobBytes);
    expect(store.has(old[0]!.sha)).toBe(true);
    await putAll(store, fresh.slice(0, 1));
    // What this session has asked for stays; of the rest the newest, within nine tenths of the bound.
    expect(placesLeft(store)).toEqual([0, 6, 7]);
    expect(existsSync(store.path(fresh[0]!.sha))).toBe(true);
  });

  test("is looked through again when a sixteenth of the bound was put", async () => {
    const { store } = await fullStore(5 * blobBytes);
    age(store.folder, 0);
    await putAll(store, fresh);
    expect(placesLeft(store)).toEqual([5, 6, 7]);
  });

  test("is not looked through at each start, which takes long in a large store", async () => {
    const { store } = await fullStore(50 * blobBytes);
    age(store.folder, hourMs / 2);
    const before = statSync(store.folder).mtimeMs;
    await putAll(store, old.slice(0, 3));
    expect(statSync(store.folder).mtimeMs).toBe(before);
  });

  test("is protected by being asked for, and a blob is not touched each time", async () => {
    const { store } = await fullStore(50 * blobBytes);
    const young = store.path(old[1]!.sha);
    age(young, hourMs / 4);
    const before = statSync(young).mtimeMs;
    expect(store.has(old[1]!.sha)).toBe(true);
    expect(store.has(old[2]!.sha)).toBe(true);
    await expect
      .poll(() => statSync(store.path(old[2]!.sha)).mtimeMs)
      .toBeGreaterThan(Date.now() - hourMs / 2);
    expect(statSync(young).mtimeMs).toBe(before);
  });
});
