import type { Writable } from "node:stream";
import { type Analysis, writeJson, writeJsonLines } from "#analysis";
import { analysisText, type TextOptions } from "./analysis-text.ts";

export const reportFormats = ["text", "json", "jsonl"] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** Writes a report in one of the formats; ends with a line feed, does not end the stream. */
export async function writeReport(
  format: ReportFormat,
  analysis: Analysis,
  stream: Writable,
  options: TextOptions & { signal: AbortSignal },
): Promise<void> {
  switch (format) {
    case "text":
      stream.write(analysisText(analysis, options));
      return;
    case "json":
      return writeJson(analysis, stream, options.signal);
    case "jsonl":
      return writeJsonLines(analysis, stream, options.signal);
  }
}
