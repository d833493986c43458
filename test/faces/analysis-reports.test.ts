import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { projectRoot, runCaelum } from "../helpers/run-caelum.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const rules = `rules:
  - id: danger.shell
    languages: [python]
    severity: ERROR
    message: "a command | with \`markup\` <b> @octocat, 100 % bad"
    metadata: { cwe: "CWE-78: OS command", references: ["https://example.com/x"], confidence: HIGH }
    pattern: os.system($X)
    fix: run($X)
  - id: danger.taint
    languages: [python]
    severity: WARNING
    message: data from outside is run
    metadata: { cwe: ["CWE-94"] }
    mode: taint
    pattern-sources: [{ pattern: input(...) }]
    pattern-sinks: [{ pattern: eval(...) }]
`;
const project = {
  "rules.yaml": rules,
  "src/a b|c.py":
    "import os\n\ndef f(x):\n    os.system(x)\n    text = input()\n    other = text + '1'\n    return eval(other)\n",
  "src/quiet.py": "import os\nos.system('ls')  # caelum-ignore: danger.shell it is ours\n",
};

interface Sarif {
  runs: {
    tool: { driver: { rules: { id: string; properties: Record<string, unknown> }[] } };
    results: {
      ruleId: string;
      level: string;
      locations: { physicalLocation: { artifactLocation: { uri: string }; region: object } }[];
      partialFingerprints: Record<string, string>;
      codeFlows?: { threadFlows: { locations: unknown[] }[] }[];
      fixes?: { artifactChanges: { replacements: { insertedContent: { text: string } }[] }[] }[];
      suppressions?: { kind: string; justification?: string }[];
    }[];
  }[];
}

async function report(
  format: string,
  files: Readonly<Record<string, string>> = project,
  ...args: string[]
): Promise<string> {
  const cwd = temporaryFolder(files);
  const { stdout } = await runCaelum(
    [
      "analyze",
      "src",
      "--no-cache",
      "--quiet",
      "--no-default-rules",
      "--rules",
      "rules.yaml",
      "--format",
      format,
      ...args,
    ],
    { cwd },
  );
  return stdout;
}

describe("SARIF", () => {
  test("holds findings, flows, fixes and suppressions, and is what the standard's schema wants", async () => {
    const log = JSON.parse(await report("sarif")) as Sarif;
    const schema = JSON.parse(
      readFileSync(path.join(projectRoot, "test/fixtures/faces/sarif/sarif-schema-2.1.0.json"), "utf8"),
    ) as object;
    const ajv = new Ajv({ strict: false, allErrors: true });
    (addFormats as unknown as (ajv: Ajv) => void)(ajv);
    const validate = ajv.compile(schema);
    expect(validate(log), JSON.stringify(validate.errors, undefined, 1)).toBe(true);
    const { results, tool } = log.runs[0]!;
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ["danger.shell", "error"],
      ["danger.taint", "warning"],
      ["danger.shell", "error"],
    ]);
    const [shell, taint, ignored] = results as [
      Sarif["runs"][0]["results"][0],
      ...Sarif["runs"][0]["results"],
    ];
    expect(shell.locations[0]!.physicalLocation).toMatchObject({
      artifactLocation: { uri: "a%20b%7Cc.py" },
      region: { startLine: 4, startColumn: 5, endLine: 4, endColumn: 17 },
    });
    expect(shell.fixes![0]!.artifactChanges[0]!.replacements[0]!.insertedContent.text).toBe("run(x)");
    expect(taint!.codeFlows![0]!.threadFlows[0]!.locations.length).toBeGreaterThan(1);
    expect(ignored!.suppressions).toEqual([{ kind: "inSource", justification: "it is ours" }]);
    expect(tool.driver.rules.find(({ id }) => id === "danger.shell")!.properties).toMatchObject({
      tags: expect.arrayContaining(["security", "external/cwe/cwe-78"]) as unknown,
    });
  });

  test("a finding keeps its fingerprint when lines move and the file is renamed", async () => {
    const moved = { "rules.yaml": rules, "src/z.py": `# new\n\n\n${project["src/a b|c.py"]}` };
    expect(await fingerprintsOf(moved)).toEqual((await fingerprintsOf(project)).slice(0, 2));
  });
});

test("GitLab's code quality report has each finding with a fingerprint of its own", async () => {
  const twice = { "rules.yaml": rules, "src/a.py": "import os\nos.system(x)\nos.system(x)\n" };
  const entries = JSON.parse(await report("gitlab", twice)) as {
    fingerprint: string;
    severity: string;
    location: unknown;
  }[];
  expect(entries).toHaveLength(2);
  expect(new Set(entries.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  expect(entries[0]).toMatchObject({ location: { path: "a.py", lines: { begin: 2, end: 2 } } });
});

test("--report github prints commands behind the text, escaped, and gates become errors", async () => {
  const stdout = await report("text", project, "--report", "github", "--max-cyclomatic", "1");
  const commands = stdout.split("\n").filter((line) => line.startsWith("::"));
  expect(commands.at(-2)).toMatch(
    /^::error file=a b\|c\.py,line=4,endLine=4,col=5,title=danger\.shell::a command .* 100 %25 bad$/,
  );
  expect(commands.at(-1)).toMatch(/^::warning file=a b\|c\.py,line=7/);
});

test("Markdown has the verdict first, and nothing from a repository becomes markup or a mention", async () => {
  const stdout = await report("markdown", project, "--fail-on", "high");
  expect(stdout).toMatch(/^### ❌ caelum analyze: src\n/);
  expect(stdout).toContain("`a b\\|c.py:4`");
  expect(stdout).not.toMatch(/<b>|@octocat|[^\\]`markup`/);
  for (const row of stdout.split("\n").filter((line) => line.startsWith("| 🔴")))
    expect(row.replaceAll("\\|", "").split("|")).toHaveLength(6);
});

async function fingerprintsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { runs } = JSON.parse(await report("sarif", files)) as Sarif;
  return runs[0]!.results.map((one) => Object.values(one.partialFingerprints)[0]!);
}
