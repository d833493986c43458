import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { readRule, search } from "../../../helpers/rules.ts";
import { runCaelum } from "../../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

const first = (language: string, body: string) => readRule(language, body).problems[0];

function rule(id: string, pattern: string): string {
  return `  - {id: ${id}, message: m, severity: ERROR, languages: [python], pattern: '${pattern}'}\n`;
}

test("unknown keys are told with their line and what may have been meant", () => {
  expect(first("python", "patern: foo()")).toMatchObject({
    ruleId: "t",
    line: 6,
    problem: "invalid",
    message: "patern is no key of a rule; did you mean pattern?",
    effect: "left out",
  });
});

test("features that are not supported are told by name, and the other rules stay", () => {
  expect(first("python", "mode: join\njoin: {}")).toMatchObject({ problem: "unsupported", feature: "join" });
  expect(first("kotlin", "pattern: foo()")).toMatchObject({
    problem: "unsupported",
    message: "language kotlin is not supported",
  });
  const analysis =
    "patterns:\n  - pattern: foo($X)\n  - metavariable-analysis: {analyzer: entropy, metavariable: $X}";
  expect(first("go", analysis)).toMatchObject({ feature: "metavariable-analysis", line: 8 });
  const option = readRule("go", "pattern: foo()\noptions: {generic_ellipsis_max_span: 3}");
  expect(option.rules).toHaveLength(1);
  expect(option.problems).toMatchObject([{ effect: "runs without it" }]);
});

test.each([
  ["python", "pattern: 'foo(('", "the pattern is no python that the grammar understands"],
  ["go", "pattern: 'func ('", "the pattern is no go that the grammar understands"],
  ["java", "pattern: 'class {{'", "the pattern is no java that the grammar understands"],
  ["javascript", "pattern: foo(<... $X)", "<... without ...>"],
])("a pattern that does not parse: %s %s", async (language, body, message) => {
  await expect(search(language, body, "")).rejects.toThrow(message);
});

test.each(["(a+)+$", "(\\w+\\s?)*$", "(x+x+)+y", "(?<N>(a|aa)+)$"])(
  "%s would try every way without end, and does not",
  async (regex) => {
    const code = `${"a".repeat(5000)}!\n${"x".repeat(5000)}!\n`;
    expect(await search("python", `pattern-regex: '(?-m)${regex}'`, code)).toBeDefined();
  },
);

test.each(["(?=a)(a+)+$", "(a*)*\\1b"])("%s may take time without end and is not used", async (regex) => {
  await expect(search("python", `pattern-regex: '${regex}'`, "a")).rejects.toThrow("without end");
});

test("a rule that matches everything keeps a thousand places and counts the rest", async () => {
  const facts = await search("python", "pattern: $X", "foo(1)\n".repeat(5000));
  expect(facts.findings).toHaveLength(1000);
  expect(facts.cutFindings!["t"]).toBeGreaterThan(1000);
});

test("patterns with many ways to match end", async () => {
  const code = `foo(${Array.from({ length: 400 }, (_, index) => `a${index}`).join(", ")})\n`;
  const body = "pattern: foo(..., $A, ..., $B, ..., $C, ..., $D, ..., nothing(), ...)";
  expect(await search("python", body, `${code}nothing()\n`)).toEqual({ gaveUp: ["t"] });
});

test("on the command line broken rules are named with file and line, the others work, and the run is incomplete", async () => {
  const cwd = temporaryFolder();
  mkdirSync(path.join(cwd, "own"));
  writeFileSync(path.join(cwd, "a.py"), "foo(1)\n");
  writeFileSync(
    path.join(cwd, "own/rules.yaml"),
    `rules:\n${rule("bad", "foo((")}${rule("good", "foo($X)")}`,
  );
  const args = ["analyze", "--rules", "own", "--no-default-rules", "--format", "json"];
  const ran = await runCaelum(args, { cwd });
  expect(ran.exitCode).toBe(5);
  expect(ran.stderr).toContain("own/rules.yaml:2  rule bad left out: the pattern is no python");
  const report = JSON.parse(ran.stdout) as { findings: object[]; unsupportedRules: object[] };
  expect(report.findings).toMatchObject([{ ruleId: "good", path: "a.py", line: 1 }]);
  expect(report.unsupportedRules).toMatchObject([{ ruleId: "bad", problem: "invalid" }]);

  const read = await runCaelum(args.slice(0, -2), { cwd });
  expect(read.stdout).toContain("own/rules.yaml:2  rule bad left out: the pattern is no python");

  writeFileSync(path.join(cwd, "own/rules.yaml"), "rules:\n  - id: [\n");
  const broken = await runCaelum(args, { cwd });
  expect(broken).toMatchObject({ exitCode: 2, stdout: "" });
  expect(broken.stderr).toMatch(/own\/rules.yaml:\d+:\d+ /);
});

test("a gate does not pass over a rule that took too long, and the report names it with its file", async () => {
  const cwd = temporaryFolder();
  const many = Array.from({ length: 400 }, (_, index) => `a${index}`).join(", ");
  writeFileSync(path.join(cwd, "a.py"), `foo(${many})\nnothing()\n`);
  writeFileSync(
    path.join(cwd, "rules.yaml"),
    `rules:\n${rule("slow", "foo(..., $A, ..., $B, ..., $C, ..., $D, ..., nothing(), ...)")}`,
  );
  const args = ["analyze", "--rules", "rules.yaml", "--no-default-rules"];
  const without = await runCaelum(args, { cwd });
  expect(without.exitCode).toBe(0);
  expect(without.stdout).toContain("a.py  rule slow took too long and was given up");
  expect((await runCaelum([...args, "--fail-on", "high"], { cwd })).exitCode).toBe(5);
});
