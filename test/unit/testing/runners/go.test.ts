import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { go } from "../../../../src/testing/runners/go/index.ts";
import { GoOutput } from "../../../../src/testing/runners/go/output.ts";
import { hasProgram } from "../../../helpers/has-program.ts";
import { endsByFile, fixtureSession, lines } from "../../../helpers/runner-session.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

test("output is read with and without the marks that newer versions of Go make", () => {
  const told: string[] = [];
  const read = (text: string): GoOutput => {
    const output = new GoOutput({
      test: ({ title, outcome, output = "" }) => void told.push(`${outcome} ${title.join(" > ")} ${output}`),
      testStarted: () => undefined,
    });
    output.write(text);
    return output;
  };
  const old = read(
    "=== RUN   TestA\nno end=== RUN   TestA/x\n--- PASS: TestA (0.00s)\n    --- PASS: TestA/x (0.00s)\nPASS\n",
  );
  const marked = read(
    "\x16=== RUN   TestA\nno end\x16=== RUN   TestA/x\n\x16    --- PASS: TestA/x (0.00s)\n\x16--- PASS: TestA (0.00s)\nPASS\n",
  );
  expect(told).toEqual([
    "passed TestA no end",
    "passed TestA > x ",
    "passed TestA > x ",
    "passed TestA no end",
  ]);
  expect([old.concluded, marked.concluded, read("=== RUN   TestA\n").concluded]).toEqual([true, true, false]);
});

function tried(
  files: Readonly<Record<string, string>> = {},
  options: { timeoutMs?: number; coverage?: string } = {},
) {
  return fixtureSession(go, "go", files, options);
}

describe.skipIf(!hasProgram("go"))("go", () => {
  test("packages are units, and what their tests give is what go test -json tells", async () => {
    const runner = tried();
    const units = await runner.list();
    expect(units.map(({ id, tests }) => `${id} ${tests}`)).toEqual(["|go|. 8", "|go|deep/er 1"]);
    const { tests, ends } = await runner.run();
    const alone = spawnSync("go", ["test", "-json", "-count=1", "./..."], {
      cwd: runner.context.project.folder,
      encoding: "utf8",
    });
    const expected = alone.stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as { Action: string; Test?: string })
      .filter(({ Action, Test }) => Test !== undefined && ["pass", "fail", "skip"].includes(Action))
      .map(
        ({ Action, Test = "" }) =>
          `${{ pass: "passed", fail: "failed", skip: "skipped" }[Action]} ${Test.replaceAll("/", " > ")}`,
      )
      // What a test prints like a result deceives test2json of old versions.
      .filter((line) => !line.includes("TestNobody"));
    expect(lines(tests).sort()).toEqual(expected.sort());
    expect(endsByFile(ends)).toEqual({ ".": "done", "deep/er": "done" });
    const failed = tests.find(({ test }) => test.title[0] === "TestFails");
    expect(failed?.failures?.[0]?.details).toContain("got 3");
    expect(tests.find(({ test }) => test.title[0] === "TestSkipped")?.reason).toBe("not today");
  });

  test("a split package gives exactly its tests in parts", async () => {
    const runner = tried();
    const [unit] = await runner.list();
    if (unit === undefined) throw new Error("nothing listed");
    const parts = (await go.split?.(unit, 3, runner.context, new AbortController().signal)) ?? [];
    expect(parts.map(({ tests }) => tests)).toEqual([2, 3, 3]);
    const whole = await runner.run({ units: [unit] });
    const split = await runner.run({ units: parts });
    expect(lines(split.tests).sort()).toEqual(lines(whole.tests).sort());
  });

  test("what does not build or vet is broken, a panic or an exit a crash, and the rest runs", async () => {
    const runner = tried({
      "a/a_test.go": 'package a\nimport "testing"\nfunc TestA(t *testing.T) { undefined() }\n',
      "b/b_test.go":
        'package b\nimport ("fmt"; "testing")\nfunc TestB(t *testing.T) { fmt.Printf("%d\\n", "x") }\n',
      "c/c_test.go":
        'package c\nimport "testing"\nfunc TestFirst(t *testing.T) {}\nfunc TestPanics(t *testing.T) { panic("all is lost") }\n',
      "d/d_test.go":
        'package d\nimport ("os"; "testing")\nfunc TestFirst(t *testing.T) {}\nfunc TestLeaves(t *testing.T) { os.Exit(3) }\n',
    });
    const { ends, tests } = await runner.run();
    expect(endsByFile(ends)).toEqual({
      ".": "done",
      a: "broken",
      b: "broken",
      c: "crashed",
      d: "crashed",
      "deep/er": "done",
    });
    expect(ends.get("|go|a")?.failure?.message).toContain("a_test.go:3");
    expect(ends.get("|go|b")?.failure?.message).toContain("b_test.go:3");
    expect(ends.get("|go|c")?.failure?.message).toContain("all is lost");
    expect(lines(tests).filter((line) => line === "passed TestFirst")).toHaveLength(2);
  });

  test("a hang is ended with the stacks of its goroutines, those of the tests first", async () => {
    const runner = tried(
      {
        "h/h_test.go":
          'package h\nimport "testing"\nfunc TestBefore(t *testing.T) {}\nfunc waitForever() { select {} }\nfunc TestHangs(t *testing.T) { go func() { for { } }(); waitForever() }\n',
      },
      { timeoutMs: 10_000 },
    );
    const units = (await runner.list()).filter(({ file }) => file === "h");
    const { ends, tests } = await runner.run({ units });
    expect(endsByFile(ends)).toEqual({ h: "timeout" });
    expect(lines(tests)).toEqual(["passed TestBefore"]);
    const [first] = (ends.get("|go|h")?.failure?.details ?? "").split("\n\n");
    expect(first).toMatch(/^goroutine \d+ /);
    expect(first).toContain("h_test.go:");
  });

  test("coverage is a profile for each package that ran", async () => {
    const coverage = temporaryFolder();
    await tried({}, { coverage }).run();
    const profiles = readdirSync(coverage).map((file) => readFileSync(path.join(coverage, file), "utf8"));
    expect(profiles).toHaveLength(2);
    expect(profiles.some((profile) => /example\.com\/fixture\/sum\.go:\S+ 1 1/.test(profile))).toBe(true);
  });
});
