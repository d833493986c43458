import { toJsonSchema } from "@valibot/to-json-schema";
import { reportSchema } from "#analysis";
import { json } from "./markdown.ts";

/** The JSON Schema of `caelum analyze --format json`. */
export function analysisReportSchema(): string {
  const { $schema, ...body } = toJsonSchema(reportSchema);
  return json({ $schema, title: "Report of caelum analyze --format json", ...body });
}
