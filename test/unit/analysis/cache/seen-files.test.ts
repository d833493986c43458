import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { analyze } from "#analysis";
import { type Clock, EventStream } from "#kernel";
import { SeenFiles } from "../../../../src/analysis/cache/seen-files.ts";
import { stampOf } from "../../../../src/analysis/file/stamp.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

const HOUR_MS = 3_600_000;
const file = { path: "a.py", size: 10 };

/** What a file system says of a file; only the fields that tell one content from another. */
function stats(at: number) {
  return Object.assign(statSync("."), { mtimeMs: at, ctimeMs: at, size: 10, ino: 1, dev: 1 });
}

/** So many that it is worth keeping what is known of them. */
function learnMany(seen: SeenFiles): void {
  for (let one = 0; one < 61; one++)
    seen.learn({ path: `other ${one}`, size: 1 }, stampOf(stats(0), HOUR_MS), "0".repeat(64));
}

describe("what tells a file's content without reading it", () => {
  test("is nothing, where it was written within the last minute or in the future", () => {
    expect(stampOf(stats(1000), 60_999)).toBeUndefined();
    expect(stampOf(stats(1000), 61_000)).toBeDefined();
    expect(stampOf(stats(HOUR_MS), 0)).toBeUndefined();
  });

  test("changes when the file does, be it as large as before and its old time set again", () => {
    const target = path.join(temporaryFolder({ a: "one" }), "a");
    const before = statSync(target);
    writeFileSync(target, "two");
    utimesSync(target, before.atime, before.mtime);
    const later = Date.now() + HOUR_MS;
    expect(stampOf(statSync(target), later)).not.toBe(stampOf(before, later));
  });

  test("never leads to an earlier content, on file systems that count in steps of 2 s and servers that are behind", () => {
    const after = fc.oneof(fc.nat(1500), fc.nat(100_000));
    const step = fc.record({ after, writes: fc.boolean() });
    const world = fc.record({ behind: fc.nat(50_000), steps: fc.array(step, { maxLength: 25 }) });
    let found = 0;
    const holds = fc.property(world, ({ behind, steps }) => {
      const cache = temporaryFolder();
      let now = 10 * HOUR_MS;
      let content = 0;
      let written = 0;
      for (const { after, writes } of steps) {
        now += after;
        if (writes) {
          content++;
          written = Math.floor((now - behind) / 2000) * 2000;
          continue;
        }
        const seen = new SeenFiles(cache, "/project", () => now);
        seen.look(file, stats(written));
        const known = seen.hashOf(file);
        if (known !== undefined) {
          found++;
          expect(known).toBe(String(content));
        }
        learnMany(seen);
        seen.learn(file, stampOf(stats(written), now), String(content));
        seen.close();
      }
    });
    fc.assert(holds, { numRuns: 40 });
    expect(found).toBeGreaterThan(0);
  });
});

test("a folder's files are known to the next run, those of another folder are not", () => {
  const cache = temporaryFolder();
  const first = new SeenFiles(cache, "/project", () => HOUR_MS);
  learnMany(first);
  first.learn(file, stampOf(stats(1000), HOUR_MS), "hash");
  first.close();
  const known = (root: string): string | undefined => {
    const seen = new SeenFiles(cache, root, () => HOUR_MS);
    seen.look(file, stats(1000));
    return seen.hashOf(file);
  };
  expect(known("/project")).toBe("hash");
  expect(known("/other")).toBeUndefined();
});

/** A folder with 61 sources, analysed again and again an hour after they were written. */
async function laterRuns() {
  const cwd = temporaryFolder();
  const folder = temporaryFolder();
  const clock: Clock = { now: () => Date.now() + HOUR_MS, monotonic: () => performance.now() };
  const write = (one: number, name: string): void =>
    writeFileSync(path.join(cwd, `${one}.py`), `def ${name}(): pass\n`);
  const again = async () => {
    const context = { events: new EventStream("run", clock), signal: new AbortController().signal, clock };
    const options = { cache: { folder, maxBytes: 1e9 }, only: [], maxFileSize: 1e6, limits: {} };
    const { how, files } = await analyze(cwd, options, context);
    const details = files.map(({ packed }) => Buffer.from(packed).toString());
    return { hits: how.cacheHits, names: details.map((text) => /"name":"(\w+)"/.exec(text)?.[1]) };
  };
  // 60 files are measured in this process, and so is one more: no workers have to start.
  for (const until of [60, 61]) {
    for (let one = 0; one < until; one++) write(one, `a${one}`);
    await again();
  }
  return { cwd, folder, write, again };
}

function keptIn(folder: string): string {
  const results = path.join(folder, "results");
  return path.join(
    results,
    readdirSync(results).find((name) => name.startsWith("seen-"))!,
  );
}

test("what earlier runs have read is not read again, unless it changed", async () => {
  const { cwd, folder, write, again } = await laterRuns();
  const { hits, names } = await again();
  expect(hits).toBe(61);
  const kept = keptIn(folder);
  const pairs = JSON.parse(zstdDecompressSync(readFileSync(kept)).toString()) as string[];
  expect(pairs).toHaveLength(2 * 61);

  // A file that is read would be found: a wrong hash shows that it was not, costs a measurement, and is forgotten.
  const wrong = pairs.map((text, at) => (at === 1 ? "0".repeat(64) : text));
  writeFileSync(kept, zstdCompressSync(JSON.stringify(wrong)));
  expect(await again()).toEqual({ hits: 60, names });
  expect(await again()).toEqual({ hits: 61, names });

  const changed = path.join(cwd, "7.py");
  const { atime, mtime } = statSync(changed);
  write(7, "b7");
  utimesSync(changed, atime, mtime);
  expect(await again()).toEqual({ hits: 60, names: names.map((name) => (name === "a7" ? "b7" : name)) });
});

test("what was kept of them may be cut short, damaged or of another kind", async () => {
  const { folder, again } = await laterRuns();
  const { names } = await again();
  const kept = keptIn(folder);
  const bytes = readFileSync(kept);
  const flipped = bytes.map((byte, at) => (at % 97 === 50 ? byte ^ 4 : byte));
  for (const damaged of [
    bytes.subarray(0, 900),
    flipped,
    zstdCompressSync('[1,{},"a"]'),
    Buffer.from("no"),
  ]) {
    writeFileSync(kept, damaged);
    expect((await again()).names).toEqual(names);
  }
});
