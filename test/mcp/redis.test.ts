import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { hasProgram } from "../helpers/has-program.ts";
import { connectMcp } from "../helpers/mcp/mcp-client.ts";
import { startRedis } from "../helpers/redis.ts";
import { eventually } from "../helpers/processes.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** How many facts a Redis holds. */
async function stored(url: string): Promise<number> {
  const redis = new Redis(url.replace("unix://", ""));
  const count = await redis.dbsize();
  redis.disconnect();
  return count;
}

describe.skipIf(!hasProgram("redis-server"))("a server whose facts are shared through Redis", () => {
  it.each(["SIGKILL", "SIGSTOP"] as const)(
    "answers from its own when Redis goes in mid-run (%s), asks it no more, and shares again once it is back",
    async (signal) => {
      const redis = await startRedis();
      const files = Object.fromEntries(
        Array.from({ length: 60 }, (_, i) => [`m${i}.py`, `def f${i}(x):\n    return x + ${i}\n`]),
      );
      const folder = temporaryFolder(files);
      const state = temporaryFolder();
      const env = {
        CAELUM_CACHE_REDIS: redis.url,
        CAELUM_CACHE_DIR: path.join(state, "cache"),
        XDG_STATE_HOME: state,
      };
      const { call } = await connectMcp(folder, { env });
      const edit = (name: string, at: number): void =>
        writeFileSync(path.join(folder, name), `def edited_${at}(x):\n    return x * ${at}\n`);
      const find = async (at: number): Promise<string> =>
        (await call("code_search", { query: `edited_${at}` })).text;

      expect((await call("code_search", { query: "f7" })).text).toContain("m7.py:1-2");
      await eventually("the facts are shared", async () => (await stored(redis.url)) >= 60);

      // Questions are under way while it goes.
      const during = Array.from({ length: 20 }, (_, at) => {
        edit(`m${at}.py`, at);
        if (at === 10) redis.server.kill(signal);
        return find(at);
      });
      for (const [at, text] of (await Promise.all(during)).entries()) expect(text).toContain(`m${at}.py:1-2`);
      for (let at = 20; at < 40; at++) {
        edit(`m${at}.py`, at);
        expect(await find(at)).toContain(`m${at}.py:1-2`);
      }
      // It was asked until its breaker opened, and not by each question anew.
      const log = readFileSync(path.join(state, "caelum/mcp.log"), "utf8");
      expect(log.match(/the shared cache is left aside/g)).toHaveLength(1);

      redis.server.kill("SIGKILL");
      await redis.restart();
      let at = 40;
      await eventually("the server shares its facts again", async () => {
        edit("m59.py", ++at);
        expect(await find(at)).toContain("m59.py:1-2");
        return (await stored(redis.url)) > 0;
      });
    },
    60_000,
  );

  it("takes over what another machine has put there", async () => {
    const redis = await startRedis();
    const files = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`m${i}.py`, `def g${i}(x):\n    return x + ${i}\n`]),
    );
    const own = (): Record<string, string> => ({
      CAELUM_CACHE_REDIS: redis.url,
      CAELUM_CACHE_DIR: path.join(temporaryFolder(), "cache"),
    });
    const first = await connectMcp(temporaryFolder(files), { env: own() });
    const before = await first.call("code_analyze");
    await eventually("the facts are shared", async () => (await stored(redis.url)) >= 60);
    const { call } = await connectMcp(temporaryFolder(files), {
      env: own(),
      args: ["--toolsets", "all"],
    });
    const after = await call("code_analyze");
    expect(after.result.structuredContent).toEqual(before.result.structuredContent);
    const metrics = await call("admin_get_metrics");
    // Nothing was left for the workers.
    expect(metrics.result.structuredContent).toMatchObject({ done: 0 });
  });
});
