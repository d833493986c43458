import { describe, expect, test } from "vitest";
import { LanguageTable } from "../../../../src/analysis/discovery/index.ts";
import { FileMeasurer } from "../../../../src/analysis/file/measure-file.ts";
import { languages } from "../../../../src/analysis/languages/index.ts";
import { Parsers } from "../../../../src/analysis/parse/parsers.ts";
import { RuleEngine } from "../../../../src/analysis/rules/engine.ts";
import { loadRules } from "../../../../src/analysis/rules/load/load-rules.ts";
import { testAssets } from "../../../helpers/extract.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

const rules = `
rules:
  - { id: no-eval, languages: [python], severity: ERROR, message: m, pattern: eval($X) }
  - { id: no-system, languages: [python], severity: ERROR, message: m, pattern: os.system(...) }
`;
const code = Buffer.from("eval(x)\nimport os\ndef f(a):\n    eval(a)\n    return os.system(a)\n");

describe("measuring files", () => {
  test("finds the same in the first file of a language as in every later one", async () => {
    const folder = temporaryFolder({ "rules.yaml": rules });
    const engine = new RuleEngine(loadRules(["rules.yaml"], folder));
    const measurer = new FileMeasurer(() => Parsers.start(testAssets), new LanguageTable(languages), {
      rules: engine,
    });
    const first = await measurer.measure(code, { language: "python" });
    const second = await measurer.measure(code, { language: "python" });
    expect(first).toEqual(second);
    expect(first).toMatchObject({ facts: { findings: [{ line: 1 }, { line: 4 }, { line: 5 }] } });
  });
});
