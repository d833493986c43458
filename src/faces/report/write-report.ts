import type { Writable } from "node:stream";
import { type Analysis, writeJson, writeJsonLines } from "#analysis";
import { analysisText, type TextOptions } from "./analysis-text.ts";

export const reportFormats = [
  "text",
  "json",
  "jsonl",
  "html",
  "sarif",
  "markdown",
  "github",
  "gitlab",
] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** Writes a report in one of the formats; ends with a line feed, does not end the stream. */
export async function writeReport(
  format: ReportFormat,
  analysis: Analysis,
  stream: Writable,
  options: TextOptions & { signal: AbortSignal; /** Of caelum. */ version: string },
): Promise<void> {
  switch (format) {
    case "text":
      stream.write(analysisText(analysis, options));
      return;
    case "json":
      return writeJson(analysis, stream, options.signal);
    case "jsonl":
      return writeJsonLines(analysis, stream, options.signal);
    case "html": {
      const { htmlReport } = await import("./html-report.ts");
      stream.write(await htmlReport(analysis));
      return;
    }
    case "sarif": {
      const { sarif } = await import("#analysis");
      stream.write(`${JSON.stringify(sarif(analysis, options.version), undefined, 1)}\n`);
      return;
    }
    case "markdown": {
      const { markdownReport } = await import("./markdown-report.ts");
      stream.write(markdownReport(analysis));
      return;
    }
    case "github": {
      const { githubAnnotations } = await import("./github-annotations.ts");
      stream.write(githubAnnotations(analysis));
      return;
    }
    case "gitlab": {
      const { gitlabReport } = await import("./gitlab-report.ts");
      stream.write(gitlabReport(analysis));
    }
  }
}
