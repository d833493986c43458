import path from "node:path";
import { expect, test } from "vitest";
import { testRules } from "../../../../src/analysis/rules/test-rules.ts";
import { projectRoot } from "../../../helpers/run-caelum.ts";

test("every rule that comes with caelum finds what its fixtures say, and nothing else", async () => {
  const result = await testRules([path.join(projectRoot, "rules")], projectRoot);
  expect(result).toMatchObject({ failures: [], problems: [], untested: [] });
  expect(result.rules).toBeGreaterThanOrEqual(30);
});
