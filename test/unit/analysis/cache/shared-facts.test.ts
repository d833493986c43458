import { writeFileSync } from "node:fs";
import path from "node:path";
import { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import type { StoredFacts } from "../../../../src/analysis/cache/stored-facts.ts";
import { packFacts, unpackFacts } from "../../../../src/analysis/cache/pack-facts.ts";
import { SharedFacts } from "../../../../src/analysis/cache/shared-facts.ts";
import { hasProgram } from "../../../helpers/has-program.ts";
import { startRedis } from "../../../helpers/redis.ts";
import { runCaelum } from "../../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

const key = Buffer.from("0123456789abcdef0123456789abcdef", "hex");
const otherKey = Buffer.from("ffffffffffffffffffffffffffffffff", "hex");
const stored: StoredFacts = { type: "skipped", reason: "binary", detail: "NUL at 3" };
const measured = {
  type: "measured",
  facts: { language: "go" },
  details: Uint8Array.of(1, 2, 3),
} as unknown as StoredFacts;

describe("a packed value", () => {
  test("comes back as it was", () => {
    expect(unpackFacts(key, packFacts(key, stored))).toEqual(stored);
    expect(unpackFacts(key, packFacts(key, measured))).toEqual(measured);
  });

  test("is nothing under another key, cut, or with a flipped bit anywhere", () => {
    const packed = packFacts(key, measured);
    expect(unpackFacts(otherKey, packed)).toBeUndefined();
    for (let at = 0; at < packed.length; at++) {
      const flipped = Buffer.from(packed);
      flipped[at]! ^= 1;
      expect(unpackFacts(key, flipped)).toBeUndefined();
      expect(unpackFacts(key, packed.subarray(0, at))).toBeUndefined();
    }
  });
});

describe.skipIf(!hasProgram("redis-server"))("facts in a real Redis", () => {
  test("that one machine has put there, another one gets", async () => {
    const { url } = await startRedis();
    const failures: unknown[] = [];
    const first = await SharedFacts.open(url, (error) => failures.push(error));
    first.put(key, measured);
    await first.close();
    const second = await SharedFacts.open(url, (error) => failures.push(error));
    expect(await second.getMany([otherKey, key])).toEqual([undefined, measured]);
    expect(second.hits).toBe(1);
    await second.close();
    expect(failures).toEqual([]);
  });

  test("are not needed: without a server everything is absent, and that is told once", async () => {
    const failures: unknown[] = [];
    const shared = await SharedFacts.open(`unix://${path.join(temporaryFolder(), "none.sock")}`, (error) =>
      failures.push(error),
    );
    shared.put(key, stored);
    expect(await shared.getMany([key, otherKey])).toEqual([undefined, undefined]);
    await shared.close();
    expect(failures).toHaveLength(1);
  });

  test("are left alone when their server dies or freezes, and used again when it is back", async () => {
    const { url, server, restart } = await startRedis();
    const failures: unknown[] = [];
    const shared = await SharedFacts.open(url, (error) => failures.push(error));
    expect(await shared.getMany([key])).toEqual([undefined]);
    expect(failures).toEqual([]);
    server.kill("SIGSTOP");
    expect(await shared.getMany([key])).toEqual([undefined]);
    server.kill("SIGKILL");
    expect(await shared.getMany([key])).toEqual([undefined]);
    await restart();
    const again = await SharedFacts.open(url, () => undefined);
    again.put(key, stored);
    await again.close();
    await expect.poll(() => shared.getMany([key]), { timeout: 20_000, interval: 500 }).toEqual([stored]);
    await shared.close();
    expect(failures).toHaveLength(1);
  });
});

test.skipIf(!hasProgram("redis-server"))(
  "a second machine measures nothing anew, and its report has the same bytes",
  async () => {
    const { url } = await startRedis();
    const project = temporaryFolder();
    for (let at = 0; at < 300; at++)
      writeFileSync(path.join(project, `m${at}.py`), `def f${at}(x):\n    return x if x else ${at}\n`);
    const analyze = async (): Promise<string> => {
      const env = { CAELUM_CACHE_REDIS: url, CAELUM_CACHE_DIR: temporaryFolder() };
      return (await runCaelum(["analyze", project, "--format", "json"], { env })).stdout;
    };
    const hits = async (): Promise<number> => {
      const redis = new Redis(url.replace("unix://", ""));
      const stats = await redis.info("stats");
      redis.disconnect();
      return Number(/keyspace_hits:(\d+)/.exec(stats)?.[1]);
    };
    const first = await analyze();
    expect(await hits()).toBe(0);
    const second = await analyze();
    expect(await hits()).toBe(300);
    expect(second).toBe(first);
  },
);
