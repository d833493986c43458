import { describe, expect, test } from "vitest";
import { cargo } from "../../../../src/testing/runners/cargo/index.ts";
import { CargoOutput } from "../../../../src/testing/runners/cargo/output.ts";
import { hasProgram } from "../../../helpers/has-program.ts";
import { endsByFile, fixtureSession, lines } from "../../../helpers/runner-session.ts";

function tried(files: Readonly<Record<string, string>> = {}, timeoutMs = 60_000) {
  return fixtureSession(cargo, "cargo", files, { timeoutMs });
}

describe.skipIf(!hasProgram("cargo"))("cargo", () => {
  test("each test binary and the documentation is a unit, and all outcomes are told", async () => {
    const runner = tried();
    const { tests, ends } = await runner.run();
    expect(endsByFile(ends)).toEqual({
      "src/lib.rs|doc": "done",
      "src/lib.rs|lib": "done",
      "tests/integration.rs|test:integration": "done",
      "tests/own_harness.rs|test:own_harness": "done",
    });
    expect(lines(tests).sort()).toEqual([
      "failed tests > fails",
      "passed own_harness",
      "passed sees_its_package",
      "passed src/lib.rs - sum (line 3)",
      "passed tests > adds",
      "passed tests > panics",
      "skipped tests > skipped",
    ]);
    const failed = tests.find(({ outcome }) => outcome === "failed");
    expect(failed?.failures?.[0]).toMatchObject({ file: "src/lib.rs", line: 23 });
    expect(failed?.failures?.[0]?.details).toContain("before the failure");
    expect(failed?.failures?.[0]?.message).toContain("sums differ");
    expect(tests.find(({ outcome }) => outcome === "skipped")?.reason).toBe("not today");
  });

  test("a split binary gives exactly its tests in parts", async () => {
    const runner = tried();
    const unit = (await runner.list()).find(({ id }) => id.endsWith("|lib"));
    if (unit === undefined) throw new Error("nothing listed");
    const parts = (await cargo.split?.(unit, 2, runner.context, new AbortController().signal)) ?? [];
    expect(parts.map(({ tests }) => tests)).toEqual([2, 2]);
    const split = await runner.run({ units: parts });
    expect(lines(split.tests).sort()).toEqual(lines((await runner.run({ units: [unit] })).tests).sort());
  });

  test("a test that takes the binary down is a crash, one that hangs a timeout", async () => {
    const runner = tried(
      {
        "tests/aborts.rs":
          "#[test]\nfn a_first() {}\n#[test]\nfn b_aborts() { std::thread::sleep(std::time::Duration::from_millis(300)); std::process::abort(); }\n",
        "tests/hangs.rs":
          "#[test]\nfn a_first() {}\n#[test]\nfn hangs() { loop { std::thread::sleep(std::time::Duration::from_secs(1)); } }\n",
      },
      8000,
    );
    const units = (await runner.list()).filter(({ file }) => /aborts|hangs/.test(file));
    const { ends, tests } = await runner.run({ units });
    expect(endsByFile(ends)).toEqual({
      "tests/aborts.rs|test:aborts": "crashed",
      "tests/hangs.rs|test:hangs": "timeout",
    });
    expect(lines(tests)).toEqual(["passed a_first", "passed a_first"]);
  });

  test("what does not compile is said when it is listed, with the compiler's words", async () => {
    await expect(tried({ "src/lib.rs": "pub fn broken( {}\n" }).list()).rejects.toThrow(/error/);
  });
});

test("a failure whose output never came is told without it", () => {
  const told: string[] = [];
  const output = new CargoOutput(({ title, outcome }) => void told.push(`${outcome} ${title.join("::")}`));
  output.write("running 2 tests\ntest a::b ... FAILED\ntest c ... ok\n");
  output.finish();
  expect(told).toEqual(["passed c", "failed a::b"]);
  expect(output.concluded).toBe(false);
});
