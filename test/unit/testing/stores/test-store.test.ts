import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { TestRunRecord, UnitAttempt } from "../../../../src/testing/run-record.ts";
import { configurationHash, TestStore } from "../../../../src/testing/stores/index.ts";
import { projectRoot } from "../../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

async function open(folder = temporaryFolder()): Promise<TestStore> {
  const store = await TestStore.open(folder);
  onTestFinished(() => store.close());
  return store;
}

function attempt(
  unit: string,
  ms: number,
  more: { host?: string; platform?: string; end?: "done" | "timeout" | "crashed" } = {},
): UnitAttempt {
  const { host = "a", platform = "linux", end = "done" } = more;
  return {
    unit: { id: unit, project: "", runner: "vitest", file: unit, bytes: 1 },
    platform,
    host,
    attempt: 1,
    counted: true,
    end: { unit, end, ms },
  };
}

function record(units: UnitAttempt[], more: Partial<TestRunRecord> = {}): TestRunRecord {
  return {
    version: 1,
    run: "r1",
    root: "/project",
    startedAt: "2026-01-01T00:00:00Z",
    ms: 1,
    tree: { hash: "t", dirty: false, files: 1, bytes: 1 },
    verdict: "passed",
    incomplete: [],
    platforms: [],
    units,
    tests: [],
    ...more,
  };
}

const now = Date.UTC(2026, 0, 1);

describe("timings", () => {
  test("are remembered by platform, move with each run, and are lent to platforms that have none", async () => {
    const store = await open();
    store.learn(record([attempt("x", 100), attempt("y", 50, { platform: "win" })]), now);
    store.learn(record([attempt("x", 200)]), now);
    expect(store.timings("/project", "linux")).toEqual(
      new Map([
        ["x", 140],
        ["y", 50],
      ]),
    );
    expect(store.timings("/other", "linux")).toEqual(new Map());
    expect(store.allTimings("/project")[0]).toEqual({ platform: "linux", unit: "x", ms: 140, runs: 2 });
  });

  test("of all parts of a unit are that of the whole, which the next run splits anew", async () => {
    const store = await open();
    store.learn(record([attempt("x|1/2", 100), attempt("x|2/2", 50), attempt("y|1/3", 10)]), now);
    const known = store.timings("/project", "linux");
    expect([known.get("x"), known.get("x|2/2"), known.get("y")]).toEqual([150, 50, undefined]);
  });

  test("of a slow host say what an ordinary one would need", async () => {
    const store = await open();
    const names = ["1", "2", "3", "4", "5", "6"];
    store.learn(record(names.map((name) => attempt(name, 100))), now);
    // Twice as slow, and one unit that has really become longer.
    store.learn(record(names.map((name) => attempt(name, name === "6" ? 400 : 200, { host: "slow" }))), now);
    const known = store.timings("/project", "linux");
    expect(known.get("1")).toBeCloseTo(100);
    expect(known.get("6")).toBeCloseTo(140);
  });

  test("take at least its time from a unit that was ended, and nothing from one that crashed", async () => {
    const store = await open();
    store.learn(record([attempt("x", 9000), attempt("y", 10)]), now);
    store.learn(record([attempt("x", 100, { end: "timeout" }), attempt("y", 9, { end: "crashed" })]), now);
    expect(store.timings("/project", "linux")).toEqual(
      new Map([
        ["x", 9000],
        ["y", 10],
      ]),
    );
  });
});

test("flaky tests are listed, newest first, and forgotten after two months", async () => {
  const store = await open();
  const name = { project: "", runner: "vitest", file: "a.test.ts", title: ["sum", "adds"], ordinal: 0 };
  const tests = (["failed", "passed"] as const).map((outcome, at) => ({
    platform: "linux",
    host: `h${at}`,
    unit: "a",
    attempt: at + 1,
    result: {
      test: name,
      outcome,
      ms: 1,
      ...(outcome === "failed" ? { failures: [{ message: "no" }] } : {}),
    },
  }));
  store.learn(record([], { tests, run: "old" }), now);
  store.learn(record([], { tests, run: "new" }), now + 1000);
  expect(
    store.flakes("/project").map(({ run, host, message, test }) => ({ run, host, message, test })),
  ).toEqual([
    { run: "new", host: "h0", message: "no", test: name },
    { run: "old", host: "h0", message: "no", test: name },
  ]);
  store.learn(record([]), now + 70 * 86_400_000);
  expect(store.flakes("/project")).toEqual([]);
});

test("the last run of a tree is kept whole", async () => {
  const store = await open();
  const last = record([attempt("x", 1)], { run: "second" });
  store.learn(record([]), now);
  store.learn(last, now);
  expect(store.lastRun("/project")).toEqual(last);
  expect(store.lastRun("/none")).toBeUndefined();
});

const verdict = (platform: string) =>
  ({ platform, verdict: "passed", at: now, run: "r", tests: 3, failed: 0 }) as const;

test("verdicts are found for their tree and configuration alone, each platform's by itself", async () => {
  const store = await open();
  const how = { below: "", include: [], args: {}, env: { A: "1" }, flaky: "pass", included: "" };
  const key = { tree: "t1", configuration: configurationHash(how) };
  store.saveVerdicts(key, [verdict("linux"), verdict("win")]);
  store.saveVerdicts(key, [{ ...verdict("win"), verdict: "failed", failed: 1 }]);
  expect(store.verdicts(key)).toEqual([
    verdict("linux"),
    { ...verdict("win"), verdict: "failed", failed: 1 },
  ]);
  expect(store.verdicts({ ...key, tree: "t2" })).toEqual([]);
  for (const other of [{ env: { A: "2" } }, { below: "pkg" }, { included: "x" }, { setup: ["make"] }])
    expect(store.verdicts({ ...key, configuration: configurationHash({ ...how, ...other }) })).toEqual([]);
});

test("a file that is no database is moved aside", async () => {
  const folder = temporaryFolder({
    "testing-1.sqlite": "this is no database, whatever its name says".repeat(100),
  });
  const store = await open(folder);
  store.learn(record([attempt("x", 1)]), now);
  expect(store.timings("/project", "linux").size).toBe(1);
});

test("several processes that write at once lose nothing", async () => {
  const folder = temporaryFolder();
  await open(folder);
  const script = path.join(temporaryFolder(), "write.ts");
  const source = path.join(projectRoot, "src/testing/stores/index.ts");
  writeFileSync(
    script,
    `import { TestStore } from ${JSON.stringify(source)};
     const store = await TestStore.open(process.argv[2]);
     for (let i = 0; i < 40; i++)
       store.saveVerdicts({ tree: process.argv[3] + i, configuration: "c" }, [{ platform: "p", verdict: "passed", at: 1, run: "r", tests: 1, failed: 0 }]);
     store.close();`,
  );
  const children = ["a", "b", "c"].map((name) =>
    spawn(process.execPath, [script, folder, name], { cwd: projectRoot, stdio: "inherit" }),
  );
  const ends = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0] as number));
  expect(ends).toEqual([0, 0, 0]);
  const store = await open(folder);
  for (const name of ["a", "b", "c"])
    for (let i = 0; i < 40; i++)
      expect(store.verdicts({ tree: name + i, configuration: "c" })).toHaveLength(1);
});
