import { examples, type Register } from "../command.ts";
import { type HostFlags, hostOptions } from "./options.ts";

export const register: Register = (parent, bind) => {
  hostOptions(parent.command("facts"))
    .description("ask the hosts what they are: system, cores, memory, disk, load, GPUs, Node, tools")
    .argument("[hosts...]", "hosts or groups; default: all")
    .addHelpText(
      "after",
      examples(
        ["caelum fleet facts", "a row for each host"],
        ["caelum fleet facts --labels gpu --json", "everything about some, for programs"],
      ),
    )
    .action(
      bind<HostFlags>(async (context, { args, options }) => {
        const { chooseHosts } = await import("./choose.ts");
        const { factsOfHosts } = await import("#agents/upkeep");
        const { showFacts } = await import("#faces/fleet");
        const { hosts } = await chooseHosts(context, options, args[0] as string[]);
        const answers = await factsOfHosts(hosts, context.signal);
        context.stdout.stream.write(showFacts(answers, context));
        return answers.some((answer) => "error" in answer) ? "fleet" : "ok";
      }),
    );
};
