import { Option } from "commander";
import type { Severity } from "#analysis";
import { collect, examples, type Register } from "./command.ts";
import type { AnalyzeFlags } from "./analyze/flags.ts";

/** As in the analysis slice, which is loaded when a command needs it. */
const severities = ["critical", "high", "medium", "low", "info"] as const satisfies readonly Severity[];

export const register: Register = (parent, bind) => {
  parent
    .command("analyze")
    .description(
      "measure a repository: size, complexity, symbols, imports and the graph of what depends on what",
    )
    .argument("[path]", "folder or file to analyse", ".")
    .addOption(
      new Option("-f, --format <format>", "what is printed").choices([
        "text",
        "json",
        "jsonl",
        "html",
        "sarif",
        "markdown",
        "github",
        "gitlab",
      ]),
    )
    .option("-o, --output <file>", "write it to a file in place of stdout")
    .option("--report <format:file>", "write this as well; may be repeated", collect)
    .option("-l, --language <name>", "only this language; may be repeated", collect)
    .option("--include <pattern>", "only files that match this glob; may be repeated", collect)
    .option("--exclude <pattern>", "leave out what matches this glob; may be repeated", collect)
    .option("--max-cyclomatic <number>", "fail when a function is above this")
    .option("--max-cognitive <number>", "fail when a function is above this")
    .option("--max-duplication <percent>", "fail when more of the lines of code stand in copies")
    .option("--no-clones", "do not look for code that was copied")
    .option("--rules <path>", "search by the rules of this file or folder as well; may be repeated", collect)
    .option("--no-default-rules", "without the rules that come with caelum")
    .addOption(
      new Option("--severity <severity>", "report only findings this severe, or more").choices(severities),
    )
    .addOption(
      new Option("--fail-on <severity>", "fail on findings this severe, or more").choices(severities),
    )
    .option("--baseline <file>", "findings of this earlier JSON report are known: counted, not reported")
    .option("--no-hotspots", "do not read the git history for hotspots")
    .option("--no-secrets", "do not report passwords, keys and tokens")
    .option("--history", "look for secrets in the whole git history, too")
    .option("--since <revision>", "what changed since then, and what imports it")
    .option("--focus <file>", "what this file depends on, and what depends on it")
    .option("--workers <number>", "worker processes on this machine; the report does not depend on it")
    .option("--max-file-size <size>", "leave out larger files; such as 500kB, 2MB")
    .option("--submodules", "read git submodules, too")
    .option(
      "--fleet [file]",
      "work on the hosts of fleet.yaml or the configuration, or of this file, over SSH",
    )
    .option("--hosts <names>", "only these hosts or groups of the fleet, with commas")
    .option("--labels <labels>", "only hosts that carry all of these")
    .option("--exclude-hosts <names>", "not these hosts or groups")
    .option("--no-local", "this machine does not step in when no host of the fleet is left")
    .option("--watch-fleet", "hosts join and leave when the fleet file changes")
    .option("--no-cache", "measure everything anew, and keep nothing")
    .addHelpText(
      "after",
      examples(
        ["caelum analyze", "this repository"],
        ["caelum analyze ../other --language python", "the Python part of another one"],
        ["caelum analyze --max-cognitive 25 --quiet", "a gate: exit code 1 when a function is above 25"],
        ["caelum analyze --report json:facts.json", "text for you, JSON beside it"],
        ["caelum analyze --report html:report.html", "a page to look around in"],
        [
          "caelum analyze --report sarif:caelum.sarif",
          "for code scanning services; also github, gitlab, markdown",
        ],
        ["caelum analyze --focus src/main.ts", "what depends on one file"],
        ["caelum analyze --fail-on high --baseline known.json", "a gate: new findings only"],
        ["caelum analyze --fleet", "sooner, on the machines of fleet.yaml; the same report"],
      ),
    )
    .action(
      bind<AnalyzeFlags>(async (context, { args, options }) => {
        const { runAnalyze } = await import("./analyze/run.ts");
        return runAnalyze(context, String(args[0]), options);
      }),
    );
};
