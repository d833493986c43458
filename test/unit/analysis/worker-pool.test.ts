import { expect, it, onTestFinished } from "vitest";
import { type PoolOptions, WorkerPool } from "../../../src/analysis/service/worker-pool.ts";
import { encodeRequest } from "../../../src/analysis/service/wire.ts";
import { eventually } from "../../helpers/processes.ts";

function pool(options: Partial<PoolOptions>): WorkerPool {
  const made = new WorkerPool({ readable: [], max: 2, ...options });
  onTestFinished(() => made.close());
  return made;
}

const parse = (into: WorkerPool): Promise<Buffer> => {
  const content = Buffer.from("def f():\n    pass\n");
  const file = { path: "a.py", language: "python", bytes: content.byteLength };
  const request = encodeRequest({ type: "measure", maxFileSize: 1e6, files: [file] }, [content]);
  return into.run(request, { label: "a.py", priority: 0, timeoutMs: 30_000 });
};

it("a worker that work has left idle goes soon, the first one stays", async () => {
  const workers = pool({ idleMs: 200 });
  await Promise.all(Array.from({ length: 60 }, () => parse(workers)));
  await eventually("one is left", () => workers.stats.workers === 1);
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(workers.stats).toMatchObject({ workers: 1, restarts: 0 });
});

it("after a long rest no process is left, and the next task starts them again", async () => {
  const workers = pool({ idleMs: 100, restMs: 300 });
  for (let round = 0; round < 3; round++) {
    expect((await parse(workers)).byteLength).toBeGreaterThan(0);
    await eventually("all have gone", () => workers.stats.workers === 0);
  }
  expect(workers.stats).toMatchObject({ done: 3, restarts: 0 });
});
