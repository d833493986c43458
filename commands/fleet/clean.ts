import { examples, type Register } from "../command.ts";
import { type HostFlags, hostOptions } from "./options.ts";

interface CleanFlags extends HostFlags {
  readonly all?: true;
  readonly dryRun?: true;
}

export const register: Register = (parent, bind) => {
  hostOptions(parent.command("clean"))
    .description(
      "remove what caelum left on hosts: old agents and runtimes, unused content, given-up workspaces",
    )
    .argument("[hosts...]", "hosts or groups; default: all")
    .option("--all", "also what this version would use again: nothing of caelum is left there")
    .option("--dry-run", "only say what would be removed")
    .addHelpText(
      "after",
      examples(
        ["caelum fleet clean --dry-run", "what would go"],
        ["caelum fleet clean mini", "what is old, on one host"],
        ["caelum fleet clean --all", "everything; the next run sends it again"],
      ),
    )
    .action(
      bind<CleanFlags>(async (context, { args, options }) => {
        const { chooseHosts } = await import("./choose.ts");
        const { cleanHosts } = await import("#agents/upkeep");
        const { showCleaned } = await import("#faces/fleet");
        const { hosts } = await chooseHosts(context, options, args[0] as string[]);
        const how = { all: options.all === true, dryRun: options.dryRun === true };
        const answers = await cleanHosts(hosts, how, context.signal);
        context.stdout.stream.write(showCleaned(answers, context, how));
        if (answers.some((answer) => "error" in answer)) return "fleet";
        return answers.some((answer) => "value" in answer && answer.value.busy.length > 0)
          ? "incomplete"
          : "ok";
      }),
    );
};
