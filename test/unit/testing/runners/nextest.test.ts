import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { nextest } from "../../../../src/testing/runners/nextest/index.ts";
import { hasProgram } from "../../../helpers/has-program.ts";
import { endsByFile, lines, projectFolder, runnerSession } from "../../../helpers/runner-session.ts";
import { projectRoot } from "../../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

const recorded = (file: string): string =>
  readFileSync(path.join(projectRoot, "test/fixtures/testing/recorded", file), "utf8");

/**
 * nextest cannot be installed without crates.io: what it prints comes from its documentation and sources, through the real cargo, which
 * starts `cargo-nextest` from the path. It says what it was asked, and ends with `exit`.
 */
function tried({
  run = recorded("nextest-run.jsonl"),
  exit = 100,
  list = recorded("nextest-list.json"),
} = {}) {
  const folder = temporaryFolder({
    "Cargo.toml": '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n',
    ".config/nextest.toml": "[profile.default]\nretries = 3\n",
    "src/lib.rs": "",
    "src/bin/till.rs": "fn main() {}\n",
    "tests/orders.rs": "",
  });
  const bin = temporaryFolder({ "list.json": list.replaceAll("/home/ada/shop", folder), "run.jsonl": run });
  const asked = path.join(bin, "asked");
  const script = `#!/bin/sh
    echo "$*" >> ${asked}
    case $2 in
      list) cat ${bin}/list.json ;;
      run) test "$NEXTEST_EXPERIMENTAL_LIBTEST_JSON" = 1 && cat ${bin}/run.jsonl; exit ${exit} ;;
    esac`;
  writeFileSync(path.join(bin, "cargo-nextest"), script, { mode: 0o755 });
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}` } as Record<string, string>;
  const session = runnerSession(nextest, projectFolder(folder), { env });
  return { ...session, asked: () => readFileSync(asked, "utf8").trim().split("\n") };
}

describe.skipIf(!hasProgram("cargo"))("cargo nextest", () => {
  test("each binary that has tests is a unit, at the file of its source", async () => {
    const units = await tried().list();
    expect(units.map(({ id, tests }) => [id, tests])).toEqual([
      ["|nextest|src/lib.rs|shop", 3],
      ["|nextest|tests/orders.rs|shop::orders", 1],
    ]);
  });

  test("all outcomes are told, and nextest neither tries again nor stops at a failure", async () => {
    const runner = tried();
    const [unit] = await runner.list();
    const { tests, ends } = await runner.run({ units: [unit!] });
    expect(endsByFile(ends)).toEqual({ "src/lib.rs|shop": "done" });
    expect(lines(tests).sort()).toEqual([
      "failed tests > fails",
      "passed tests > adds",
      "skipped tests > later",
    ]);
    const failed = tests.find(({ outcome }) => outcome === "failed");
    expect(failed).toMatchObject({ ms: 7.5 });
    expect(failed?.failures?.[0]).toMatchObject({ file: "src/lib.rs", line: 23 });
    expect(failed?.failures?.[0]?.message).toContain("sums differ");
    expect(runner.asked().at(-1)).toBe(
      "nextest run --workspace --message-format libtest-json-plus --no-fail-fast --retries 0 -E binary_id(=shop)",
    );
  });

  test("a part of a binary runs its own tests alone, and an ignored one is told once", async () => {
    const runner = tried();
    const [unit] = await runner.list();
    const parts = (await nextest.split?.(unit!, 2, runner.context, new AbortController().signal)) ?? [];
    expect(parts.map(({ selection }) => selection)).toEqual([
      ["tests::adds"],
      ["tests::fails", "tests::later"],
    ]);
    const { tests } = await runner.run({ units: parts });
    expect(lines(tests)).toEqual(["passed tests > adds", "skipped tests > later", "failed tests > fails"]);
    expect(runner.asked().at(-1)).toMatch(/-E binary_id\(=shop\) & \(test\(=tests::fails\)\)$/);
    expect(nextest.reproduce({ file: unit!.file, title: ["tests", "fails"] }, unit!)).toBe(
      "cargo nextest run -E 'binary_id(=shop) & (test(=tests::fails))'",
    );
  });

  test("a run that ends without a word about some tests is no result", async () => {
    const half = recorded("nextest-run.jsonl").split("\n").slice(0, 6).join("\n");
    const runner = tried({ run: half, exit: 101 });
    const [unit] = await runner.list();
    const { tests, ends } = await runner.run({ units: [unit!] });
    expect(endsByFile(ends)).toEqual({ "src/lib.rs|shop": "crashed" });
    expect(lines(tests)).toEqual(["skipped tests > later", "passed tests > adds"]);
  });

  test("a listing of another format is told, not guessed", async () => {
    await expect(tried({ list: "{}" }).list()).rejects.toThrow("nextest could not list the tests");
  });
});
