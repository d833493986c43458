import { examples, type Register } from "../command.ts";
import type { HistoryFlags, ReportFlags } from "./run-history.ts";

/** What earlier runs have left: `caelum test report`, `flaky` and `timings`. */
export const register: Register = (parent, bind) => {
  parent
    .command("report")
    .description("show the last run of a project again, or write it in other formats")
    .argument("[path]", "folder of the project", ".")
    .option("--report <format:file>", "write junit, ctrf, html or json; may be repeated", collect)
    .addHelpText(
      "after",
      examples(
        ["caelum test report", "how the last run ended"],
        ["caelum test report . --report html:tests.html", "as a page"],
      ),
    )
    .action(
      bind<ReportFlags>(async (context, { args, options }) => {
        const { runReport } = await import("./run-history.ts");
        return runReport(context, String(args[0]), options);
      }),
    );
  parent
    .command("flaky")
    .description("tests of a project that failed and passed in one run, most often first")
    .argument("[path]", "folder of the project", ".")
    .addHelpText("after", examples(["caelum test flaky", "the last 60 days"]))
    .action(
      bind<HistoryFlags>(async (context, { args, options }) => {
        const { runFlaky } = await import("./run-history.ts");
        return runFlaky(context, String(args[0]), options);
      }),
    );
  parent
    .command("timings")
    .description("what scheduling knows of a project: how long each unit takes, slowest first")
    .argument("[path]", "folder of the project", ".")
    .addHelpText("after", examples(["caelum test timings --verbose", "all of them, not the slowest thirty"]))
    .action(
      bind<HistoryFlags>(async (context, { args, options }) => {
        const { runTimings } = await import("./run-history.ts");
        return runTimings(context, String(args[0]), options);
      }),
    );
};

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
