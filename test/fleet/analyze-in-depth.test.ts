import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyzeOnFleet, expectClean, fleetFile, localReport, SuiteFolder } from "../helpers/fleet-run.ts";
import { putOwnNodeIntoCache } from "../helpers/own-node.ts";
import { copyRealSources } from "../helpers/real-sources.ts";
import { gitRepository } from "../helpers/testing/git-repository.ts";
import { Lab, whyNoLab } from "../lab/lab.ts";

const reason = whyNoLab();
if (reason !== undefined) process.stderr.write(`SKIPPED: depth over a fleet is not tested: ${reason}\n`);
const title = `a report with findings, secrets, copies and hotspots${reason === undefined ? "" : ` (skipped: ${reason})`}`;

/** Left out of the measures, and searched for secrets all the same. */
const bundle = `var token="${["ghp", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("_")}";${"x=1;".repeat(400)}\n`;

interface Depth {
  findings: { ruleId: string; path: string; flow?: unknown[] }[];
  suppressed: { ruleId: string }[];
  clones: { fragments: { path: string }[] }[];
  hotspots: { path: string }[];
  history: unknown;
}

/** A file that real code has not: a flow from a request to a command, a key, a finding that is suppressed. */
const handler = `const { exec } = require("child_process");
const token = "${["ghp", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("_")}";
function show(request, response) {
  const name = request.query.name;
  const command = "convert " + name;
  exec(command, () => response.send(token));
}
// caelum-ignore: javascript.eval the text is our own
eval(process.argv[2]);
module.exports = { show };
`;

describe.skipIf(reason !== undefined)(title, { timeout: 120_000 }, () => {
  const suite = new SuiteFolder();
  const project = path.join(suite.path, "project");
  const home = suite.folder();
  let lab: Lab;
  let expected: string;

  beforeAll(async () => {
    // Two copies of everything: many copies whose halves are measured on different hosts.
    copyRealSources(project, 2);
    const { git } = gitRepository({}, project);
    writeFileSync(path.join(project, "bundle.js"), bundle);
    writeFileSync(path.join(project, "other.min.js"), bundle);
    for (const text of [handler.replace(/eval.*\n/, ""), handler]) {
      writeFileSync(path.join(project, "handler.js"), text);
      writeFileSync(path.join(project, "handler.test.js"), `require("./handler.js");\n// ${text.length}\n`);
      git("add", "-A");
      git("commit", "-q", "-m", "one more");
    }
    putOwnNodeIntoCache(path.join(home, ".cache/caelum"));
    lab = await Lab.start({ first: {}, second: { noNode: true } });
    expected = await localReport(suite, project);
  }, 120_000);

  afterAll(async () => {
    await lab.stop();
    suite.remove();
  });

  test("has all of these on this machine alone", () => {
    const report = JSON.parse(expected) as Depth;
    const rules = report.findings.map(({ ruleId }) => ruleId);
    expect(rules.some((rule) => rule.startsWith("secrets."))).toBe(true);
    expect(report.findings.map((one) => one.path)).toEqual(
      expect.arrayContaining(["bundle.js", "other.min.js"]),
    );
    expect(report.findings.some(({ flow }) => flow !== undefined)).toBe(true);
    expect(report.suppressed).toContainEqual(expect.objectContaining({ ruleId: "javascript.eval" }));
    expect(report.clones.length).toBeGreaterThan(20);
    expect(report.hotspots.length).toBeGreaterThan(0);
    expect(report.history).toMatchObject({ commits: 2 });
  });

  test.each([[["first"]], [["first", "second"]]])("is the same, byte for byte, over %j", async (chosen) => {
    const flags = ["--fleet", fleetFile(suite, lab, chosen), "--no-cache", "--no-local"];
    const run = analyzeOnFleet(suite, project, flags, home);
    const { exitCode, stderr } = await run.process;
    expect(exitCode, stderr.slice(-2000)).toBe(0);
    expect(readFileSync(run.report, "utf8") === expected).toBe(true);
    expect(run.events.filter((event) => event.type === "host.failed" && !event.retry)).toEqual([]);
    await expectClean(lab, chosen);
  });
});
