import { Option } from "commander";
import { examples, type Register } from "./command.ts";
import type { TestFlags } from "./test/flags.ts";
import { register as registerHistory } from "./test/history.ts";

export const register: Register = (parent, bind) => {
  const test = parent
    .command("test")
    .description("run the tests of a project, of any runner, on this machine or on every platform of a fleet")
    .argument("[path]", "folder of the project", ".")
    .option("--platforms <names>", "linux, mac, win, linux-arm64 or labels of hosts, with commas; or all")
    .option("--fleet [file]", "work on the hosts of fleet.yaml, or of this file, over SSH")
    .option("--hosts <names>", "only these hosts or groups of the fleet, with commas")
    .option("--labels <labels>", "only hosts that carry all of these")
    .option("--exclude-hosts <names>", "not these hosts or groups")
    .option("--no-local", "this machine does not step in when no host of its platform is left")
    .option("--watch-fleet", "hosts join and leave when the fleet file changes")
    .option("--allow-missing", "a platform without a host makes the result incomplete, no more")
    .option(
      "--only <pattern>",
      "only test files that match this glob or contain this text; may be repeated",
      collect,
    )
    .option("--changed", "test files that changed since the commit first")
    .option("--changed-only", "only test files that changed since the commit")
    .option(
      "--shard-only <part>",
      "only one part of all test files, such as 2/5: for the jobs of a CI's matrix",
    )
    .option("--rev <revision>", "test a commit in place of the files as they lie there")
    .option("--retry <number>", "try failures again on another host, at most so often")
    .addOption(new Option("--flaky <what>", "what a pass after a failure is").choices(["pass", "fail"]))
    .option("--repeat <number>", "run everything so often, to find what fails now and then")
    .option("--fail-fast", "stop at the first failure")
    .option("--timeout <duration>", "end a test file that takes longer; such as 30s, 5m")
    .option("--workers <number>", "test files at once on this machine")
    .option("--report <format:file>", "write junit, ctrf, html or json; may be repeated", collect)
    .option("--coverage [file]", "measure what runs, on all hosts together; lcov, coverage/lcov.info")
    .option("--artifacts <glob>", "bring back files that tests leave behind; may be repeated", collect)
    .option("--artifacts-folder <folder>", "where to", "test-artifacts")
    .addHelpText(
      "after",
      examples(
        ["caelum test", "all tests, over the cores of this machine"],
        ["caelum test --fleet", "over the machines of fleet.yaml as well; only what differs is sent"],
        ["caelum test --platforms linux,mac,win", "each platform once, one verdict"],
        ["caelum test --only parser --repeat 50", "hunt a test that fails now and then"],
        ["caelum test --report junit:report.xml", "as a CI reads it"],
        ["caelum test --shard-only 2/5", "the second of five CI jobs that together run everything once"],
      ),
    )
    .action(
      bind<TestFlags>(async (context, { args, options }) => {
        const { runTest } = await import("./test/run.ts");
        return runTest(context, String(args[0]), options);
      }),
    );
  registerHistory(test, bind);
};

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
