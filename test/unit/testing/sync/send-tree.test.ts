import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { describe, expect, test } from "vitest";
import { readTree, sendTree, type SentTree, type TreePort } from "../../../../src/testing/sync/index.ts";
import { blobId, decodeManifest, encodeManifest, type Entry } from "../../../../src/testing/sync/manifest.ts";
import { hostFolder } from "../../../helpers/testing/host-trees.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

type HostFolder = ReturnType<typeof hostFolder>;

async function sync(
  folder: string,
  { host, blobs }: HostFolder,
  slots = 1,
): Promise<SentTree & { at: string }> {
  const tree = await readTree(folder);
  const sent = await sendTree(tree, blobs, host, { project: "p", slots, maxBytes: 1e9 });
  return { ...sent, at: sent.slots[0]?.folder ?? "" };
}

/** Sync, then let go: what a run does without its tests. */
async function syncOnce(folder: string, on: HostFolder, slots = 1): Promise<SentTree & { at: string }> {
  const sent = await sync(folder, on, slots);
  await on.host.release(sent);
  return sent;
}

describe("a tree on a host", () => {
  test("is the same bytes, modes and links, and changes only where the tree did", async () => {
    const folder = temporaryFolder({ "a.js": "1", "lib/b.js": "22", "lib/old.js": "3", empty: "" });
    writeFileSync(path.join(folder, "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
    writeFileSync(path.join(folder, "bytes"), Buffer.from([0, 255, 13, 10, 128]));
    symlinkSync("lib/b.js", path.join(folder, "link"));
    const on = hostFolder();
    const { at, written } = await syncOnce(folder, on);
    expect(written).toBe(7);
    expect(readFileSync(path.join(at, "bytes"))).toEqual(readFileSync(path.join(folder, "bytes")));
    expect(readlinkSync(path.join(at, "link"))).toBe("lib/b.js");
    expect(statSync(path.join(at, "run.sh")).mode & 0o777).toBe(0o755);

    const before = statSync(path.join(at, "lib/b.js")).ino;
    writeFileSync(path.join(folder, "a.js"), "one");
    rmSync(path.join(folder, "lib/old.js"));
    const again = await syncOnce(folder, on);
    expect(again).toMatchObject({ written: 1, sent: 3 });
    expect(readFileSync(path.join(at, "a.js"), "utf8")).toBe("one");
    expect(existsSync(path.join(at, "lib/old.js"))).toBe(false);
    expect(statSync(path.join(at, "lib/b.js")).ino).toBe(before);
    expect(await syncOnce(folder, on)).toMatchObject({ written: 0, sent: 0, removed: 0 });
  });

  test("is put right after tests have changed, removed and left files, and keeps what git ignores", async () => {
    const folder = temporaryFolder({ "a.js": "1", "lib/b.js": "2", ".gitignore": "cache/\n" });
    const on = hostFolder();
    const { at } = await syncOnce(folder, on);
    const { atime, mtime } = statSync(path.join(at, "a.js"));
    writeFileSync(path.join(at, "a.js"), "X");
    utimesSync(path.join(at, "a.js"), atime, mtime);
    rmSync(path.join(at, "lib"), { recursive: true });
    mkdirSync(path.join(at, "left/behind"), { recursive: true });
    writeFileSync(path.join(at, "left/behind/file"), "");
    mkdirSync(path.join(at, "cache"));
    writeFileSync(path.join(at, "cache/warm"), "");
    mkdirSync(path.join(at, "lib/__pycache__"), { recursive: true });
    writeFileSync(path.join(at, "lib/__pycache__/b.pyc"), "");
    mkdirSync(path.join(at, "left/__pycache__"));
    await syncOnce(folder, on);
    expect(readFileSync(path.join(at, "a.js"), "utf8")).toBe("1");
    expect(readdirSync(at).toSorted()).toEqual([".gitignore", "a.js", "cache", "lib"]);
    // Python asks of each file in it whether it is still true.
    expect(readdirSync(path.join(at, "lib")).toSorted()).toEqual(["__pycache__", "b.js"]);
  });

  test("is never written through a link that a test has put in a folder's place", async () => {
    const folder = temporaryFolder({ "lib/b.js": "2" });
    const outside = temporaryFolder({ "b.js": "theirs", "keep.js": "theirs" });
    const on = hostFolder();
    const { at } = await syncOnce(folder, on);
    rmSync(path.join(at, "lib"), { recursive: true });
    symlinkSync(outside, path.join(at, "lib"));
    await syncOnce(folder, on);
    expect(readFileSync(path.join(outside, "b.js"), "utf8")).toBe("theirs");
    expect(lstatSync(path.join(at, "lib")).isDirectory()).toBe(true);
    expect(readFileSync(path.join(at, "lib/b.js"), "utf8")).toBe("2");
    rmSync(path.join(at, "lib"), { recursive: true });
    symlinkSync(outside, path.join(at, "lib"));
    rmSync(path.join(folder, "lib"), { recursive: true });
    writeFileSync(path.join(folder, "x"), "");
    await syncOnce(folder, on);
    expect(readdirSync(outside).toSorted()).toEqual(["b.js", "keep.js"]);
  });

  test("follows files that become folders, folders that become files, and files that trade places", async () => {
    const folder = temporaryFolder({ "a/x": "1", b: "2", one: "first", two: "second" });
    const on = hostFolder();
    const { at } = await syncOnce(folder, on);
    rmSync(path.join(folder, "a"), { recursive: true });
    writeFileSync(path.join(folder, "a"), "now a file");
    rmSync(path.join(folder, "b"));
    mkdirSync(path.join(folder, "b"));
    writeFileSync(path.join(folder, "b/y"), "now a folder");
    renameSync(path.join(folder, "one"), path.join(folder, "three"));
    renameSync(path.join(folder, "two"), path.join(folder, "one"));
    renameSync(path.join(folder, "three"), path.join(folder, "two"));
    await syncOnce(folder, on);
    const read = (name: string): string => readFileSync(path.join(at, name), "utf8");
    expect(["a", "b/y", "one", "two"].map(read)).toEqual(["now a file", "now a folder", "second", "first"]);
  });

  test("a renamed file is not sent again", async () => {
    const folder = temporaryFolder({ "a.js": "content" });
    const on = hostFolder();
    await syncOnce(folder, on);
    renameSync(path.join(folder, "a.js"), path.join(folder, "b.js"));
    expect(await syncOnce(folder, on)).toMatchObject({ sent: 0, written: 1 });
  });

  test("large files and many small ones arrive whole in every slot", async () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 300; i++) writeFileSync(path.join(folder, `small-${i}`), `${i}`.repeat(i));
    writeFileSync(path.join(folder, "large"), Buffer.alloc(9_000_000, "large"));
    const on = hostFolder();
    const { slots } = await syncOnce(folder, on, 3);
    expect(slots.map(({ number }) => number)).toEqual([0, 1, 2]);
    for (const slot of slots) {
      for (const name of readdirSync(folder))
        expect(readFileSync(path.join(slot.folder, name)).equals(readFileSync(path.join(folder, name)))).toBe(
          true,
        );
    }
    writeFileSync(path.join(slots[0]!.folder, "large"), "changed by a test");
    expect(Buffer.byteLength(readFileSync(path.join(slots[1]!.folder, "large")))).toBe(9_000_000);
  });

  test("two runs at once get different slots, and contents from each other", async () => {
    const folder = temporaryFolder({ "a.js": "content" });
    const on = hostFolder();
    const first = await sync(folder, on, 2);
    const second = await sync(folder, hostFolder(on.home), 1);
    expect(second.slots.map(({ number }) => number)).toEqual([2]);
    expect(second.sent).toBe(0);
    await on.host.release(first);
    expect((await sync(folder, on, 1)).slots[0]?.number).toBe(0);
  });

  test("the slot of a process that was killed is free again", async () => {
    const on = hostFolder();
    const { at } = await syncOnce(temporaryFolder({ a: "1" }), on);
    const other = spawn("sleep", ["60"]);
    const stat = readFileSync(`/proc/${other.pid}/stat`, "latin1");
    writeFileSync(`${at}.lock`, `${other.pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`);
    expect((await syncOnce(temporaryFolder({ a: "1" }), on)).slots[0]?.number).toBe(1);
    // The same process id, but a process that started at another time.
    const now = await syncOnce(temporaryFolder({ a: "1" }), on);
    writeFileSync(`${now.at}.lock`, `${other.pid} 1`);
    expect((await syncOnce(temporaryFolder({ a: "1" }), on)).slots[0]?.number).toBe(1);
    other.kill("SIGKILL");
    await once(other, "exit");
    expect((await syncOnce(temporaryFolder({ a: "1" }), on)).slots[0]?.number).toBe(0);
  });

  test("a sync that ended in the middle is no tree: the next one finds what is wrong", async () => {
    const folder = temporaryFolder({ "a.js": "1", "b.js": "2" });
    const on = hostFolder();
    const tree = await readTree(folder);
    const manifest = encodeManifest(tree.manifest);
    const { createHash } = await import("node:crypto");
    const sha = createHash("sha256").update(manifest).digest("hex");
    await on.blobs.putBlobs([{ sha, bytes: manifest }]);
    const opened = await on.host.open({ project: "p", manifest: sha, slots: 1, maxBytes: 1e9 });
    // As after a kill: half a file, no index.
    writeFileSync(path.join(opened.slots[0]!.folder, "a.js"), "");
    await on.host.release(opened);
    const { at } = await syncOnce(folder, on);
    expect(readFileSync(path.join(at, "a.js"), "utf8")).toBe("1");
  });

  test.each(["none", "brotli", "zstd"])("arrives whole with compression: %s", async (compression) => {
    const folder = temporaryFolder({ "a.js": "1", "lib/b.js": "22".repeat(5000) });
    const on = hostFolder();
    const { at } = await syncOnce(folder, { ...on, blobs: { ...on.blobs, compression } });
    expect(readFileSync(path.join(at, "lib/b.js"), "utf8")).toBe("22".repeat(5000));
    expect(readFileSync(path.join(at, "a.js"), "utf8")).toBe("1");
  });

  test("a pack that the host cannot undo, or that is longer than one can be, is refused", async () => {
    const { host } = hostFolder();
    const unpack = (compression: string, pack: Buffer): Promise<void> =>
      host.unpack({ tree: "any", compression }, pack);
    await expect(unpack("gzip", Buffer.alloc(9))).rejects.toThrow(
      '"gzip" is no compression that is known here',
    );
    await expect(unpack("zstd", Buffer.alloc(9))).rejects.toThrow(/./);
    const long = zlib.brotliCompressSync(Buffer.alloc(3 * 1024 * 1024));
    await expect(unpack("brotli", long)).rejects.toThrow("Cannot create a Buffer larger than");
  });

  test("a pack that is still being undone when the slots are let go is not written", async () => {
    const folder = temporaryFolder({ "a.js": "1" });
    const { host, blobs } = hostFolder();
    let late: Promise<void> | undefined;
    let at = "";
    const port: TreePort = {
      open: async (request) => {
        const opened = await host.open(request);
        at = opened.slots[0]?.folder ?? "";
        return opened;
      },
      unpack: async (request, pack) => {
        late = host.unpack(request, pack);
        late.catch(() => undefined);
        throw new Error("the connection is lost");
      },
      place: async () => undefined,
      finish: (request) => host.finish(request),
      release: (request) => host.release(request),
    };
    const options = { project: "p", slots: 1, maxBytes: 1e9 };
    await expect(sendTree(await readTree(folder), blobs, port, options)).rejects.toThrow("is lost");
    await expect(late).rejects.toThrow("is not open");
    expect(readdirSync(at)).toEqual([]);
  });

  test("what arrives with other bytes than announced is refused", async () => {
    const folder = temporaryFolder({ "a.js": "1" });
    const on = hostFolder();
    const tree = await readTree(folder);
    const lying = {
      ...tree,
      contents: { ...tree.contents, read: async () => Buffer.from("2"), file: () => undefined },
    };
    await expect(
      sendTree(lying, on.blobs, on.host, { project: "p", slots: 1, maxBytes: 1e9 }),
    ).rejects.toThrow('"a.js" arrived with other bytes than announced');
  });

  test("a file that changes between listing and sending is named", async () => {
    const folder = temporaryFolder({ "a.js": "1" });
    const on = hostFolder();
    const tree = await readTree(folder);
    writeFileSync(path.join(folder, "a.js"), "2");
    await expect(
      sendTree(tree, on.blobs, on.host, { project: "p", slots: 1, maxBytes: 1e9 }),
    ).rejects.toThrow('"a.js" keeps changing');
  });

  test("workspaces that were not used for long make room", async () => {
    const on = hostFolder();
    const folder = temporaryFolder({ a: "x".repeat(1000) });
    const tree = await readTree(folder);
    for (const project of ["old", "new", "now"]) {
      const sent = await sendTree(tree, on.blobs, on.host, { project, slots: 1, maxBytes: 5000 });
      await on.host.release(sent);
      if (project !== "old") continue;
      const past = new Date(Date.now() - 3_600_000);
      utimesSync(path.join(on.home, "work/old/used"), past, past);
    }
    const past = new Date(Date.now() - 7_200_000);
    utimesSync(path.join(on.home, "work/.looked"), past, past);
    const sent = await sendTree(tree, on.blobs, on.host, { project: "now", slots: 1, maxBytes: 3200 });
    expect(readdirSync(path.join(on.home, "work")).toSorted()).toEqual([".looked", "new", "now"]);
    await on.host.release(sent);
  });
});

const entry = (name: string): Entry => ({
  path: name,
  kind: "file",
  id: blobId("sha1", Buffer.from("x")),
  size: 1,
});

const encoded = (...names: string[]): Buffer =>
  encodeManifest({ algorithm: "sha1", entries: names.map(entry) });

describe("a list of files", () => {
  test.each([
    ["../x"],
    ["/etc/passwd"],
    ["a//b"],
    ["a/./b"],
    ["a/../../b"],
    [".git/hooks/pre-push"],
    ["a/.GIT/config"],
  ])("that names %s is refused", (name) => {
    expect(() => decodeManifest(encoded(name))).toThrow("is no path below the root");
  });

  test("with something below a file, out of order, cut off or of another kind is refused", () => {
    expect(() => decodeManifest(encoded("a", "a/b"))).toThrow("lies below what is no folder");
    expect(() => decodeManifest(encoded("b", "a"))).toThrow("not in order");
    expect(() => decodeManifest(encoded("a", "a"))).toThrow("not in order");
    expect(() => decodeManifest(encoded("a").subarray(0, -1))).toThrow("does not end");
    expect(() => decodeManifest(Buffer.from("caelum-tree 9 sha1\0"))).toThrow("another version");
    expect(decodeManifest(encoded("a", "b")).entries).toEqual([entry("a"), entry("b")]);
  });
});
