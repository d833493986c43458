import type { AuditVerdict } from "#security";
import { counted } from "../format.ts";

/** A line for each log that is wrong, and one for all. Ends with a line feed. */
export function showAudit(verdicts: readonly AuditVerdict[]): string {
  if (verdicts.length === 0) return "there is no audit log yet\n";
  const lines = verdicts.flatMap(({ file, problem }) =>
    problem === undefined ? [] : [`${file}: ${problem}`],
  );
  const entries = verdicts.reduce((sum, verdict) => sum + verdict.entries, 0);
  const what = `${counted(verdicts.length, "log")}, ${counted(entries, "line")}`;
  lines.push(
    lines.length === 0
      ? `all is as it was written: ${what}`
      : `${counted(lines.length, "log")} not as written; ${counted(verdicts.length, "log")} in all`,
  );
  return `${lines.join("\n")}\n`;
}
