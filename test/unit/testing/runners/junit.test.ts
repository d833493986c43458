import { expect, test } from "vitest";
import { readJunit } from "../../../../src/testing/runners/junit/read-junit.ts";

function cases(xml: string) {
  const report = readJunit(xml);
  if (report.problem !== undefined) throw new Error(report.problem);
  return report.cases;
}

test("cases of nested suites are read with all their outcomes", () => {
  const read = cases(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites><testsuite name="outer"><testsuite name="inner">
  <testcase classname="pkg.Class" name="passes &amp; prints" time="1.5" file="a/b.py" line="7"><system-out><![CDATA[out <b>]]></system-out></testcase>
  <testcase classname="pkg.Class" name="fails" time="0,25"><failure message="expected 1" type="AssertionError">at a.py:3
more</failure></testcase>
  <testcase classname="pkg.Class" name="errs"><error type="IOError"/></testcase>
  <testcase classname="pkg.Class" name="skipped"><skipped message="not today"/></testcase>
  <testcase classname="pkg.Class" name="flaky"><flakyFailure message="once"/><flakyError/></testcase>
  <testcase name="not run" status="notrun"/>
</testsuite></testsuite></testsuites>`);
  expect(read.map(({ name, outcome, ms, retries }) => [name, outcome, ms, retries])).toEqual([
    ["passes & prints", "passed", 1500, 0],
    ["fails", "failed", 250, 0],
    ["errs", "failed", 0, 0],
    ["skipped", "skipped", 0, 0],
    ["flaky", "passed", 0, 2],
    ["not run", "skipped", 0, 0],
  ]);
  expect(read[0]).toMatchObject({
    suites: ["outer", "inner"],
    className: "pkg.Class",
    file: "a/b.py",
    line: 7,
    output: "out <b>",
  });
  expect(read[1]?.failures).toEqual([{ message: "expected 1", details: "at a.py:3\nmore" }]);
  expect(read[2]?.failures[0]?.message).toBe("IOError");
  expect(read[3]?.reason).toBe("not today");
});

test.each([
  ["", "it is empty"],
  ["<testsuite><testcase></testsuite>", "it is no valid XML: line 1"],
  ["<testsuite name='a'", "it is no valid XML"],
  ["not xml at all", "it is no valid XML"],
  ["<html><body/></html>", "it is no JUnit report: <html>"],
  ["\u0000\u0001\u0002", "it is no valid XML"],
])("what is no report says so: %j", (xml, problem) => {
  expect(readJunit(xml).problem).toContain(problem);
});

test("entities that multiply are not expanded without end", () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">]><testsuite><testcase name="&f;"/></testsuite>`;
  const report = readJunit(bomb);
  const length = report.problem === undefined ? (report.cases[0]?.name.length ?? 0) : 0;
  expect(length).toBeLessThan(100_000);
});
