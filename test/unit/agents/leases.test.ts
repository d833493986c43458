import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { LeaseError, localFile } from "#agents";
import { CancelledError } from "#kernel";
import { eventually, isAlive } from "../../helpers/processes.ts";
import { ask, builtForTests, localSession } from "../../helpers/local-session.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

describe("leases on workers", () => {
  test("every unit gets its own result, however many are given at once", async () => {
    const session = await localSession();
    const workers = await session.startWorkers({ ...(await builtForTests()), slots: 2 });
    const texts = Array.from({ length: 300 }, (_, index) => `number ${index}`);
    expect(await Promise.all(texts.map((text) => ask(workers, `echo ${text}`)))).toEqual(texts);
    expect(workers.underWay).toBe(0);
  });

  test("a payload and a result of many megabytes travel whole", async () => {
    const session = await localSession();
    const workers = await session.startWorkers({ ...(await builtForTests()), slots: 1 });
    const payload = new Uint8Array(20 * 1024 * 1024).map((_, index) => index * 31);
    payload.set(new TextEncoder().encode("echo "));
    const { bytes } = await workers.lease({ unit: "big", attempt: 1, epoch: 1, payload });
    expect(Buffer.compare(bytes, payload.subarray(5))).toBe(0);
  });

  test("a unit that throws fails alone and its worker lives on", async () => {
    const session = await localSession();
    const workers = await session.startWorkers({ ...(await builtForTests()), slots: 1 });
    const pid = await ask(workers, "pid");
    await expect(ask(workers, "throw")).rejects.toMatchObject({
      reason: "unit-failed",
      code: "CAELUM_LEASE",
    });
    expect(await ask(workers, "pid")).toBe(pid);
  });

  test("a worker that ends in mid-unit loses that unit only, and another takes its place", async () => {
    const lost: unknown[] = [];
    const session = await localSession({ onWorkerLost: (loss) => lost.push(loss) });
    const workers = await session.startWorkers({ ...(await builtForTests()), slots: 1 });
    const [crashed, ...others] = await Promise.allSettled([
      ask(workers, "exit"),
      ask(workers, "echo after"),
      ask(workers, "echo it"),
    ]);
    expect(crashed).toMatchObject({ reason: { reason: "worker-crashed", unit: "exit" } });
    expect(others).toMatchObject([{ value: "after" }, { value: "it" }]);
    expect(lost).toMatchObject([{ slot: 0, unit: "exit" }]);
  });

  test("kill -9 of a worker in mid-unit is a crash of that unit", async () => {
    const session = await localSession();
    const workers = await session.startWorkers({ ...(await builtForTests()), slots: 1 });
    const pid = Number(await ask(workers, "pid"));
    const spinning = expect(ask(workers, "spin")).rejects.toMatchObject({ reason: "worker-crashed" });
    process.kill(pid, "SIGKILL");
    await spinning;
    expect(Number(await ask(workers, "pid"))).not.toBe(pid);
  });

  test("a unit that takes longer than its time is ended with its worker", async () => {
    const session = await localSession();
    const workers = await session.startWorkers({ ...(await builtForTests()), slots: 1 });
    const pid = Number(await ask(workers, "pid"));
    await expect(ask(workers, "spin", { timeoutMs: 50 })).rejects.toMatchObject({ reason: "worker-timeout" });
    expect(isAlive(pid)).toBe(false);
    expect(await ask(workers, "echo on")).toBe("on");
  });

  test("a cancelled unit rejects at once; a worker that listens goes on, one that does not is replaced", async () => {
    const session = await localSession();
    const workers = await session.startWorkers({ ...(await builtForTests()), slots: 1 });
    const pid = await ask(workers, "pid");
    await expect(ask(workers, "sleep", { signal: AbortSignal.timeout(50) })).rejects.toThrow(CancelledError);
    expect(await ask(workers, "pid")).toBe(pid);
    await expect(ask(workers, "spin", { signal: AbortSignal.timeout(50) })).rejects.toThrow(CancelledError);
    expect(await ask(workers, "pid")).not.toBe(pid);
    await eventually("the deaf worker has ended", () => !isAlive(Number(pid)));
  });

  test("a unit cancelled before its turn never reaches the host", async () => {
    const session = await localSession();
    const workers = await session.startWorkers({ ...(await builtForTests()), slots: 1 });
    const blocker = new AbortController();
    const running = [1, 2].map(() => ask(workers, "sleep", { signal: blocker.signal }));
    const late = new AbortController();
    const waiting = ask(workers, "exit", { signal: late.signal });
    late.abort();
    await expect(waiting).rejects.toThrow(CancelledError);
    blocker.abort();
    await Promise.allSettled(running);
    expect(await ask(workers, "echo alive")).toBe("alive");
  });

  test("a unit whose content is not on the host says which is missing; once put, it runs", async () => {
    const session = await localSession();
    const workers = await session.startWorkers({ ...(await builtForTests()), slots: 1 });
    const file = path.join(temporaryFolder({ "a.txt": "the content" }), "a.txt");
    const { sha, path: where } = await localFile(file);
    await expect(ask(workers, `blob ${sha}`, { blobs: [sha] })).rejects.toMatchObject({
      reason: "missing-blob",
    });
    expect(await session.putBlobs([{ sha, path: where }])).toEqual({ sent: 1, bytes: 11 });
    expect(await ask(workers, `blob ${sha}`, { blobs: [sha] })).toBe("the content");
  });

  test("a worker gets its parameters and assets, and no secrets of the environment", async () => {
    process.env["CAELUM_TEST_SECRET"] = "hunter2";
    const folder = temporaryFolder({ "table.txt": "rows" });
    const session = await localSession();
    const workers = await session.startWorkers({
      ...(await builtForTests()),
      slots: 1,
      params: { depth: 3 },
      assets: [await localFile(path.join(folder, "table.txt"))],
    });
    expect(await ask(workers, "params")).toBe('{"depth":3}');
    expect(await ask(workers, "asset table.txt")).toBe("rows");
    expect(await ask(workers, "env CAELUM_TEST_SECRET")).toBe("unset");
    expect(await ask(workers, "env PATH")).toBe(process.env["PATH"]);
  });

  test("a worker reads what it was allowed to and neither other files nor starts programs", async () => {
    const folder = temporaryFolder({ "in.txt": "allowed" });
    const other = temporaryFolder({ "out.txt": "forbidden" });
    const session = await localSession();
    const workers = await session.startWorkers({ ...(await builtForTests()), slots: 1, readable: [folder] });
    expect(await ask(workers, `read ${folder}/in.txt`)).toBe("allowed");
    await expect(ask(workers, `read ${other}/out.txt`)).rejects.toThrow(/restricted/);
    await expect(ask(workers, "spawn")).rejects.toThrow(/restricted/);
  });

  test("a bundle whose bytes are not what was promised does not start", async () => {
    const { bundle } = await builtForTests();
    const folder = temporaryFolder();
    const changed = path.join(folder, "worker.cjs");
    writeFileSync(changed, "process.exit(0)");
    const session = await localSession();
    await expect(
      session.startWorkers({ bundle: { ...bundle, path: changed }, slots: 1 }),
    ).rejects.toMatchObject({
      agentCode: "wrong-hash",
    });
  });

  test("a bundle that cannot be loaded, or whose init throws, is broken for good", async () => {
    const folder = temporaryFolder({ "bad.js": "this is not JavaScript", "dies.js": "process.exit(3)" });
    const session = await localSession();
    const bundle = await localFile(path.join(folder, "bad.js"));
    await expect(session.startWorkers({ bundle, slots: 2 })).rejects.toMatchObject({
      agentCode: "worker-broken",
    });
    const dies = await localFile(path.join(folder, "dies.js"));
    await expect(session.startWorkers({ bundle: dies, slots: 2 })).rejects.toThrow(/exit code 3/);
    const params = "broken";
    await expect(session.startWorkers({ ...(await builtForTests()), slots: 2, params })).rejects.toThrow(
      /init was told to fail/,
    );
  });

  test("stopped workers answer no more, and their processes are gone", async () => {
    const session = await localSession();
    const workers = await session.startWorkers({ ...(await builtForTests()), slots: 2 });
    const pid = Number(await ask(workers, "pid"));
    const open = ask(workers, "spin").catch((error: unknown) => error);
    await workers.stop();
    expect(await open).toBeInstanceOf(LeaseError);
    await expect(ask(workers, "pid")).rejects.toThrow(/stopped/);
    await eventually("the worker has ended", () => !isAlive(pid));
  });
});
