import type { TestRunRecord } from "../run-record.ts";
import { summarise } from "./summarise.ts";

export { githubAnnotations } from "./annotations.ts";
export { foldFrames } from "./fold-frames.ts";
export { summarise } from "./summarise.ts";
export type { Counts, FailureGroup, RunSummary, TestCase, UnitProblem } from "./summarise.ts";
export { titleOf } from "./summarise.ts";

/** What `--report FORMAT:FILE` takes. */
export const testReportFormats = ["junit", "ctrf", "html", "json"] as const;
export type TestReportFormat = (typeof testReportFormats)[number];

/** The whole file, as text. `version`: of caelum. Equal records give equal files. */
export async function testReport(
  format: TestReportFormat,
  record: TestRunRecord,
  version: string,
): Promise<string> {
  switch (format) {
    case "junit": {
      const { junitReport } = await import("./junit.ts");
      return junitReport(record, summarise(record));
    }
    case "ctrf": {
      const { ctrfReport } = await import("./ctrf.ts");
      return `${JSON.stringify(ctrfReport(record, summarise(record), version), undefined, 2)}\n`;
    }
    case "html": {
      const { htmlReport } = await import("./html/page.ts");
      return htmlReport(record, summarise(record));
    }
    case "json":
      return `${JSON.stringify(record, undefined, 2)}\n`;
  }
}
