import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { validateStrict } from "ctrf";
import * as fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { githubAnnotations, summarise, testReport } from "../../../../src/testing/reports/index.ts";
import { testResult } from "#faces/test";
import type { TestRunRecord } from "../../../../src/testing/run-record.ts";
import { hasProgram } from "../../../helpers/has-program.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";
import { runRecord, testUnit } from "../../../helpers/testing/run-record.ts";

const hostile = "<script>alert(1)</script> \u001B[31m]]> \0 \uD800 & \"'";

/** Everything that can happen to a test, on two platforms. */
function fullRecord(): TestRunRecord {
  const record = runRecord([
    { file: "src/a.test.ts", title: ["adds", "numbers"], outcome: "passed" },
    { file: "src/a.test.ts", title: ["adds", "numbers"], outcome: "passed", platform: "win" },
    { file: "src/a.test.ts", title: ["joins UNC paths"], outcome: "passed" },
    {
      file: "src/a.test.ts",
      title: ["joins UNC paths"],
      outcome: "failed",
      platform: "win",
      message: 'expected "\\\\srv", got "//srv"',
      details: "AssertionError: …\n  at src/a.test.ts:7",
    },
    {
      file: "src/b.test.ts",
      title: ["reconnects"],
      outcome: "failed",
      message: "ECONNRESET",
      output: hostile,
    },
    { file: "src/b.test.ts", title: ["reconnects"], outcome: "passed", attempt: 2, host: "mini" },
    { file: "src/b.test.ts", title: ["never"], outcome: "failed", message: "first time" },
    {
      file: "src/b.test.ts",
      title: ["never"],
      outcome: "failed",
      message: hostile,
      attempt: 2,
      host: "mini",
    },
    { file: "src/b.test.ts", title: [hostile], outcome: "skipped", reason: "no display" },
    { file: "src/b.test.ts", title: ["later"], outcome: "todo" },
    { file: "src/b.test.ts", title: ["same name"], outcome: "passed" },
    { file: "src/b.test.ts", title: ["same name"], outcome: "passed", ordinal: 1 },
  ]);
  const crashed = testUnit("src/crash.test.ts");
  return {
    ...record,
    verdict: "incomplete",
    incomplete: ["1 unit of win has no result"],
    platforms: record.platforms.map((platform) =>
      platform.name === "win"
        ? {
            ...platform,
            complete: false,
            missing: [{ unit: "|vitest|src/gone.test.ts", reason: "no host of win was left" }],
          }
        : platform,
    ),
    units: [
      ...record.units,
      {
        unit: crashed,
        platform: "linux",
        host: "desk",
        attempt: 3,
        counted: true,
        end: {
          unit: crashed.id,
          end: "crashed",
          ms: 10,
          failure: {
            message: "its runner died with SIGSEGV",
            details: "at src/crash.test.ts:3\n    at run (node_modules/vitest/x.js:1:1)",
            file: "src/crash.test.ts",
            line: 3,
          },
        },
        reproduce: "npx vitest run src/crash.test.ts",
      },
    ],
  };
}

async function junit(record: TestRunRecord): Promise<{ xml: string; suites: Record<string, unknown>[] }> {
  const xml = await testReport("junit", record, "1.2.3");
  const parser = new XMLParser({
    ignoreAttributes: false,
    isArray: (name) => ["testsuite", "testcase"].includes(name),
  });
  return { xml, suites: parser.parse(xml).testsuites.testsuite };
}

describe("a summary", () => {
  test("counts each test once for each platform, by its last attempt", () => {
    const { total, platforms } = summarise(fullRecord());
    expect(total).toEqual({ passed: 6, failed: 2, skipped: 1, todo: 1, flaky: 1, problems: 2 });
    expect(platforms.get("win")).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
      todo: 0,
      flaky: 0,
      problems: 1,
    });
  });

  test("says on which platforms the same test passes", () => {
    const { failures } = summarise(fullRecord());
    expect(failures.map(({ cases, passedOn }) => [cases.map(({ platform }) => platform), passedOn])).toEqual([
      [["win"], ["linux"]],
      [["linux"], []],
    ]);
  });

  test("takes the runner's own retries for flakiness", () => {
    const record = runRecord([{ file: "a.test.ts", title: ["x"], outcome: "passed" }]);
    record.tests[0]!.result.retries = 2;
    expect(summarise(record).total.flaky).toBe(1);
  });
});

test("a unit without an answer has its place and its command in everything that people read", async () => {
  const record = fullRecord();
  const command = "npx vitest run src/crash.test.ts";
  for (const format of ["junit", "ctrf", "html"] as const)
    expect(await testReport(format, record, "1.2.3")).toContain(command);
  const lines = githubAnnotations(summarise(record));
  expect(lines.find((line) => line.includes("SIGSEGV"))).toMatch(
    /file=src\/crash\.test\.ts,line=3,.*npx vitest run src\/crash\.test\.ts$/,
  );
  const options = { color: false, width: 100, quiet: false, verbose: false };
  const text = testResult(record, options).join("\n");
  expect(text).toContain(`    src/crash.test.ts:3 on desk\n    ${command}`);
  expect(text).toContain("… 1 frame outside the tree");
  expect(testResult(record, { ...options, verbose: true }).join("\n")).toContain("node_modules/vitest/x.js");
});

describe("the JUnit file", () => {
  test.skipIf(!hasProgram("xmllint"))("is valid, whatever tests print", async () => {
    const file = path.join(temporaryFolder(), "junit.xml");
    const schema = path.join(import.meta.dirname, "../../../fixtures/testing/reports/junit.xsd");
    writeFileSync(file, (await junit(fullRecord())).xml);
    expect(execFileSync("xmllint", ["--noout", "--schema", schema, file], { stdio: "pipe" })).toBeDefined();
  });

  test("tells flaky tests from failed ones, and units without an answer are errors", async () => {
    const { xml } = await junit(fullRecord());
    expect(xml.match(/<flakyFailure/g)).toHaveLength(1);
    expect(xml.match(/<rerunFailure/g)).toHaveLength(1);
    expect(xml).toContain('name="(crashed)"');
    expect(xml).toContain('name="(missing)"');
    expect(xml).toContain("reproduce: npx vitest run src/b.test.ts");
  });

  test("gives back every title that XML can hold", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1 }), async (title) => {
        const allowed = title
          .replaceAll(/[^\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "")
          .trim();
        const record = runRecord([{ file: "a.test.ts", title: [`x${allowed}x`], outcome: "passed" }]);
        const { suites } = await junit(record);
        const [found] = suites[0]!["testcase"] as Record<string, string>[];
        expect(found!["@_name"]).toBe(`x${allowed}x`);
      }),
    );
  });
});

describe("the CTRF file", () => {
  test("is valid by its own schema", async () => {
    const report = JSON.parse(await testReport("ctrf", fullRecord(), "1.2.3"));
    expect(() => validateStrict(report)).not.toThrow();
    expect(report.results.summary).toMatchObject({
      tests: 12,
      passed: 6,
      failed: 2,
      pending: 1,
      other: 2,
      flaky: 1,
    });
  });

  test("keeps earlier attempts and the command that repeats a failure", async () => {
    const report = JSON.parse(await testReport("ctrf", fullRecord(), "1.2.3"));
    const never = report.results.tests.find(({ name }: { name: string }) => name === "never");
    expect(never).toMatchObject({ retries: 1, extra: { reproduce: "npx vitest run src/b.test.ts" } });
    expect(never.retryAttempts).toHaveLength(1);
  });
});

describe("annotations for GitHub", () => {
  test("are one line each, with the place in the test's own file", () => {
    const lines = githubAnnotations(summarise(fullRecord()));
    expect(lines.every((line) => /^::(error|warning) file=[^\n\r]*$/.test(line))).toBe(true);
    expect(
      lines.some((line) =>
        line.startsWith("::error file=src/a.test.ts,line=7,title=joins UNC paths (win)::"),
      ),
    ).toBe(true);
    expect(
      lines.some((line) => line.startsWith("::warning file=src/b.test.ts,title=flaky%3A reconnects::")),
    ).toBe(true);
  });
});

describe("the page", () => {
  test("lets nothing that a test printed become markup", async () => {
    const html = await testReport("html", fullRecord(), "1.2.3");
    expect(html).not.toContain("<script>alert");
    expect(html).not.toContain("\0");
  });

  test("needs no network", async () => {
    const html = await testReport("html", fullRecord(), "1.2.3");
    expect(html).not.toMatch(/(src|href)="?(https?:)?\/\//);
  });
});
