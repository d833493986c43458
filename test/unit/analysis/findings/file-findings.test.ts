import { expect, test } from "vitest";
import { Baseline } from "../../../../src/analysis/findings/baseline.ts";
import { collectFindings } from "../../../../src/analysis/findings/collect.ts";
import { FileFindings } from "../../../../src/analysis/findings/file-findings.ts";
import type { FindingFacts } from "../../../../src/analysis/findings/finding.ts";

function findAll(text: string, word: string, ruleId = "test.word"): FindingFacts {
  const findings = new FileFindings(text);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    findings.add({
      ruleId,
      severity: "high",
      confidence: "high",
      cwe: ["CWE-1"],
      message: `found ${word}`,
      start: at,
      end: at + word.length,
    });
  return findings.finish();
}

const prints = ({ findings = [] }: FindingFacts): string[] => findings.map(({ fingerprint }) => fingerprint);

test("a finding has lines and columns from 1 and an exclusive end", () => {
  const { findings } = findAll("a\n  bad\n", "bad");
  expect(findings).toMatchObject([{ line: 2, column: 3, endLine: 2, endColumn: 6 }]);
});

test("fingerprints stay when lines move, and tell the same text in one file apart", () => {
  const before = prints(findAll("bad\nbad\n", "bad"));
  expect(new Set(before).size).toBe(2);
  expect(prints(findAll("// new\n\n  bad\n\tbad\n", "bad"))).toEqual(before);
});

test("a comment behind the place or above it suppresses, with its reason", () => {
  const text = [
    "bad // caelum-ignore: test.word checked by hand",
    "/* caelum-ignore: word, other */",
    "bad",
    "# caelum-ignore: * whatever it is",
    "",
    "bad",
    "bad // caelum-ignore: other",
    "",
  ].join("\n");
  const { findings, suppressed } = findAll(text, "bad");
  expect(suppressed).toMatchObject([
    { line: 1, reason: "checked by hand" },
    { line: 3 },
    { line: 6, reason: "whatever it is" },
  ]);
  expect(suppressed![1]).not.toHaveProperty("reason");
  expect(findings).toMatchObject([{ line: 7 }]);
});

test("a rule that finds 10,000 places keeps a thousand and counts the rest", () => {
  const { findings, cutFindings } = findAll("bad\n".repeat(10_000), "bad");
  expect(findings).toHaveLength(1000);
  expect(cutFindings).toEqual({ "test.word": 9000 });
});

test("a baseline knows findings in files that were renamed, and no more of them than it has", () => {
  const facts = findAll("bad\n", "bad");
  const once = collectFindings([{ path: "a.js", facts }], [], {});
  const baseline = new Baseline(once.findings);
  const renamed = collectFindings([{ path: "b.js", facts }], [], { baseline });
  expect(renamed).toMatchObject({ findings: [], suppressed: [{ path: "b.js", suppressedBy: "baseline" }] });
  const copied = collectFindings(
    [
      { path: "0.js", facts },
      { path: "a.js", facts },
    ],
    [],
    { baseline },
  );
  expect(copied.findings).toMatchObject([{ path: "0.js" }]);
});

test("less severe findings than asked for are left out", () => {
  const files = [{ path: "a.js", facts: findAll("bad\n", "bad") }];
  expect(collectFindings(files, [], { severity: "critical" }).findings).toEqual([]);
  expect(collectFindings(files, [], { severity: "high" }).findings).toHaveLength(1);
});
