import { writeResult } from "#faces";
import { testResult } from "#faces/test";
import type { ExitName } from "#kernel";
import type { TestRunRecord } from "#testing";
import { githubAnnotations, summarise, testReport } from "#testing/reports";
import type { Context } from "../context.ts";
import { version } from "../version.ts";
import type { TestReportFile } from "./flags.ts";

export function exitOf({ verdict }: TestRunRecord): ExitName {
  return ({ passed: "ok", failed: "findings", incomplete: "incomplete" } as const)[verdict];
}

/** Files first: whoever reads stdout may stop reading at any time. */
export async function writeAll(
  record: TestRunRecord,
  files: readonly TestReportFile[],
  { env, stdout, options }: Context,
): Promise<void> {
  for (const { format, file } of files) {
    const text = await testReport(format, record, version);
    await writeResult(file, async (stream) => void stream.write(text));
  }
  if (options.json === true) {
    stdout.stream.write(`${JSON.stringify(record)}\n`);
    return;
  }
  const face = { ...stdout, quiet: options.quiet === true, verbose: options.verbose === true };
  stdout.stream.write(`${testResult(record, face).join("\n")}\n`);
  // GitHub reads them from the log, shows them beside the code, and hides the lines.
  if (env["GITHUB_ACTIONS"] === "true") {
    for (const line of githubAnnotations(summarise(record))) stdout.stream.write(`${line}\n`);
  }
}
