import { randomUUID } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { XMLParser } from "fast-xml-parser";
import { findProgram } from "../common/programs.ts";
import { escapePattern, quoteCommand } from "../common/quote.ts";
import { absolute, inProject, unitOf } from "../common/unit-paths.ts";
import {
  type Ending,
  endingOfStopped,
  failureOfProcess,
  runUnitProcess,
  unitSession,
  type UnitRun,
} from "../common/unit-session.ts";
import type { ProjectFolder, Runner, RunnerContext } from "../runner.ts";
import { TeamcityOutput } from "./teamcity.ts";

const name = "phpunit";
const configurations = ["phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml"];

/** PHPUnit, a process for each file: classes cannot be loaded twice. */
export const phpunit: Runner = {
  name,
  detect(project) {
    const configuration = configurations.find((file) => project.files.includes(file));
    const required = /"phpunit\/phpunit"/.test(project.read("composer.json") ?? "");
    if (configuration === undefined && !required) return undefined;
    if (testFiles(project).length === 0) return undefined;
    const [program = "", ...args] = command(project, {});
    return {
      runner: name,
      project: project.path,
      because: configuration ?? "phpunit/phpunit in composer.json",
      tools: [
        {
          name,
          check: { program, args: [...args, "--version"] },
          hint: "install the project's packages: composer install",
        },
      ],
    };
  },
  async list({ project }) {
    return testFiles(project).map((file) =>
      unitOf(name, project, file, {
        bytes: statSync(path.join(project.folder, file), { throwIfNoEntry: false })?.size ?? 0,
      }),
    );
  },
  start: async (context) => unitSession(context, runUnit),
  coverage: () => [
    {
      name: "pcov or xdebug",
      check: {
        program: "php",
        args: ["-r", 'exit(extension_loaded("pcov") || extension_loaded("xdebug") ? 0 : 1);'],
      },
      hint: "install an extension of PHP that measures: pecl install pcov, or your system's php-pcov",
    },
  ],
  reproduce(test, unit) {
    const method = test?.title.at(-1);
    const filter = method === undefined ? [] : ["--filter", `/${escapePattern(`::${method}`)}$/`];
    return quoteCommand(["phpunit", ...filter, inProject({ path: unit.project }, unit.file)]);
  },
};

/** The project's own PHPUnit through PHP: its shim is a shell script, or a batch file on Windows. */
function command(project: ProjectFolder, env: RunnerContext["env"]): string[] {
  if (existsSync(path.join(project.folder, "vendor/bin/phpunit")))
    return ["php", path.join("vendor", "bin", "phpunit")];
  return [findProgram(name, env) ?? name];
}

/** With whichever extension there is; what is measured is what the configuration says, else all but packages. */
function measuring({ project }: RunnerContext, folder: string) {
  const text = configurations.map((file) => project.read(file)).find((text) => text !== undefined) ?? "";
  const says = /<(?:source|coverage|filter|whitelist)[\s>][^]*<(?:include|directory)/.test(
    text.replace(/<testsuites[^]*<\/testsuites>/, ""),
  );
  const roots = new Set(
    project.files
      .filter((file) => file.endsWith(".php") && !/^(?:vendor|tests?)\//.test(file))
      .map((file) => file.split("/")[0] ?? file),
  );
  return {
    php: ["-d", "pcov.enabled=1", "-d", `pcov.directory=${project.folder}`],
    phpunit: [
      "--coverage-clover",
      path.join(folder, `phpunit-${randomUUID()}.xml`),
      ...(says ? [] : [...roots].flatMap((root) => ["--coverage-filter", root])),
    ],
    env: { XDEBUG_MODE: "coverage" },
  };
}

interface Suite {
  directory?: ({ "#text"?: string; suffix?: string } | string)[];
  file?: ({ "#text"?: string } | string)[];
  exclude?: ({ "#text"?: string } | string)[];
}

/** Files as the configuration's suites name them; without one, what people put into `tests`. */
function testFiles(project: ProjectFolder): string[] {
  const text = configurations.map((file) => project.read(file)).find((text) => text !== undefined);
  const suites = text === undefined ? [] : suitesIn(text);
  if (suites.length === 0)
    return project.files.filter((file) => /^tests?\/.*Test\.php$/.test(file)).toSorted();
  const chosen = project.files.filter((file) => suites.some((suite) => holds(suite, file)));
  return chosen.toSorted();
}

function suitesIn(text: string): Suite[] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    isArray: (tag) => ["testsuite", "directory", "file", "exclude"].includes(tag),
  });
  try {
    const read = parser.parse(text) as { phpunit?: { testsuites?: { testsuite?: Suite[] } } };
    return read.phpunit?.testsuites?.testsuite ?? [];
  } catch {
    return [];
  }
}

function holds(suite: Suite, file: string): boolean {
  const below = (entry: string): boolean => entry === "" || file === entry || file.startsWith(`${entry}/`);
  if ((suite.exclude ?? []).some((entry) => below(textOf(entry)))) return false;
  if ((suite.file ?? []).some((entry) => textOf(entry) === file)) return true;
  return (suite.directory ?? []).some((entry) => {
    const suffix = typeof entry === "string" ? undefined : entry.suffix;
    return below(textOf(entry)) && file.endsWith(suffix ?? "Test.php");
  });
}

function textOf(entry: { "#text"?: string } | string): string {
  const text = typeof entry === "string" ? entry : (entry["#text"] ?? "");
  return path.posix.normalize(text.trim()).replace(/^\.\/?$|\/+$/g, "");
}

async function runUnit(run: UnitRun): Promise<Ending> {
  const { unit, context } = run;
  const [program = "", ...args] = command(context.project, context.env);
  const output = new TeamcityOutput(run);
  const file = absolute(context.project, unit.file);
  const measured = context.coverage === undefined ? undefined : measuring(context, context.coverage);
  const finished = await runUnitProcess(
    run,
    {
      ...(measured === undefined
        ? { program, args: [...args, "--teamcity", ...context.args, file] }
        : {
            program: "php",
            args: [
              ...measured.php,
              args[0] ?? program,
              "--teamcity",
              ...measured.phpunit,
              ...context.args,
              file,
            ],
          }),
      env: { ...context.env, ...measured?.env },
    },
    output.write,
  );
  const stopped = endingOfStopped(finished, context);
  if (stopped !== undefined) return stopped;
  const { code, signal: killed } = finished.end;
  if (killed === null && code !== null && code <= 2 && output.concluded) return { end: "done" };
  const failure = failureOfProcess(name, finished);
  const told = /^(?:PHP )?(?:Fatal error|Parse error|ParseError|Error|[\w\\]*Exception).*$/m.exec(
    finished.stderr + finished.stdout,
  )?.[0];
  const none = /No tests (?:executed|found)/.test(finished.stdout)
    ? "phpunit found no tests in this file"
    : undefined;
  return {
    end: output.begun && !output.concluded ? "crashed" : "broken",
    failure: { ...failure, message: told ?? none ?? failure.message },
  };
}
