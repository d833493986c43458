import { Command, Option } from "commander";
import { register as registerAnalyze } from "./analyze.ts";
import { register as registerCacheClear } from "./cache/clear.ts";
import { register as registerCacheStats } from "./cache/stats.ts";
import { register as registerAuditVerify } from "./audit/verify.ts";
import { type Bind, examples } from "./command.ts";
import { register as registerComplete } from "./complete.ts";
import { register as registerCompletion } from "./completion.ts";
import { register as registerConfigShow } from "./config/show.ts";
import { register as registerFleetAdd } from "./fleet/add.ts";
import { register as registerFleetClean } from "./fleet/clean.ts";
import { register as registerFleetDoctor } from "./fleet/doctor.ts";
import { register as registerFleetExec } from "./fleet/exec.ts";
import { register as registerFleetFacts } from "./fleet/facts.ts";
import { register as registerFleetStatus } from "./fleet/status.ts";
import { register as registerFleetTop } from "./fleet/top.ts";
import { register as registerFleetTrust } from "./fleet/trust.ts";
import { register as registerFleetList } from "./fleet/list.ts";
import { register as registerHookInstall } from "./hook/install.ts";
import { register as registerHookRun } from "./hook/run.ts";
import { register as registerHookStatus } from "./hook/status.ts";
import { register as registerHookUninstall } from "./hook/uninstall.ts";
import { register as registerHelp } from "./help.ts";
import { register as registerPush } from "./push.ts";
import { register as registerTest } from "./test.ts";
import { register as registerMcp } from "./mcp.ts";
import { register as registerRulesExplain } from "./rules/explain.ts";
import { register as registerRulesInit } from "./rules/init.ts";
import { register as registerRulesList } from "./rules/list.ts";
import { register as registerRulesTest } from "./rules/test.ts";
import { version } from "./version.ts";

/** The whole command tree: parsing, help, completion and the reference pages all read this one. */
export function createProgram(bind: Bind): Command {
  const program = new Command("caelum")
    .description(
      "Every machine you can SSH into, in one command: analysis, tests and tools over your own hosts.",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .option("--json", "machine-readable output, and errors as JSON")
    .option("-q, --quiet", "the result alone: no progress, no notes")
    .option("-v, --verbose", "more detail")
    .option("--no-color", "no colour; NO_COLOR and FORCE_COLOR hold too")
    .addOption(new Option("-C, --cwd <folder>", "work as if started in this folder"))
    .addOption(new Option("--config <file>", "use this configuration file and no other").env("CAELUM_CONFIG"))
    .exitOverride()
    // render-error.ts is the one place that prints errors; help is an answer, also where it was not asked for.
    .configureOutput({ outputError: () => undefined, writeErr: (text) => process.stdout.write(text) })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      "after",
      examples(
        ["caelum analyze", "what is in this repository, and what is hard to change"],
        ["caelum analyze --format json src", "the same as JSON, of one folder"],
        ["caelum config show", "every setting, and where its value comes from"],
      ),
    );

  registerAnalyze(program, bind);
  registerTest(program, bind);
  const hook = group(program, "hook", "test what is pushed before it is pushed", [
    ["caelum hook install", "git push tests what it pushes"],
    ["caelum hook status", "whether it does, and which hooks stand beside it"],
  ]);
  registerHookInstall(hook, bind);
  registerHookUninstall(hook, bind);
  registerHookStatus(hook, bind);
  registerHookRun(hook, bind);
  registerPush(program, bind);
  const cache = group(program, "cache", "what is kept between runs", [
    ["caelum cache stats", "where it is and how big"],
    ["caelum cache clear", "everything is measured anew"],
  ]);
  registerCacheStats(cache, bind);
  registerCacheClear(cache, bind);
  const config = group(program, "config", "settings", [
    ["caelum config show", "every setting, and where its value comes from"],
  ]);
  registerConfigShow(config, bind);
  const fleet = group(program, "fleet", "the machines that caelum works on", [
    ["caelum fleet add mini build@mini.local", "write a host into fleet.yaml"],
    ["caelum fleet trust", "show the host keys, and vouch for them"],
    ["caelum fleet doctor", "walk every step for every host"],
    ["caelum fleet exec -- uname -a", "a command on all of them"],
  ]);
  registerFleetList(fleet, bind);
  registerFleetAdd(fleet, bind);
  registerFleetDoctor(fleet, bind);
  registerFleetFacts(fleet, bind);
  registerFleetStatus(fleet, bind);
  registerFleetTop(fleet, bind);
  registerFleetExec(fleet, bind);
  registerFleetTrust(fleet, bind);
  registerFleetClean(fleet, bind);
  registerMcp(program, bind);
  const rules = group(program, "rules", "what caelum analyze searches code for", [
    ["caelum rules list", "all of them, with languages and severity"],
    ["caelum rules init", "begin rules of your own"],
  ]);
  registerRulesList(rules, bind);
  registerRulesExplain(rules, bind);
  registerRulesTest(rules, bind);
  registerRulesInit(rules, bind);
  const audit = group(program, "audit", "what assistants did", [
    ["caelum audit verify", "whether the log is whole"],
  ]);
  registerAuditVerify(audit, bind);
  registerCompletion(program, bind);
  registerComplete(program, bind);
  for (const parent of [program, ...groups(program)]) registerHelp(parent, bind);
  return program;
}

function groups(parent: Command): Command[] {
  return parent.commands.filter((child) => child.commands.length > 0);
}

function group(
  parent: Command,
  name: string,
  description: string,
  shown: readonly (readonly [command: string, what: string])[],
): Command {
  return parent
    .command(name)
    .description(description)
    .addHelpText("after", examples(...shown));
}
