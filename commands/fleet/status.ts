import { examples, type Register } from "../command.ts";
import { type HostFlags, hostOptions } from "./options.ts";

export const register: Register = (parent, bind) => {
  hostOptions(parent.command("status"))
    .description(
      "see which hosts are reachable, what of caelum lies and runs there, and their load; sends nothing",
    )
    .argument("[hosts...]", "hosts or groups; default: all")
    .addHelpText(
      "after",
      examples(
        ["caelum fleet status", "a row for each host"],
        ["caelum fleet status mini --json", "one host, for programs"],
      ),
    )
    .action(
      bind<HostFlags>(async (context, { args, options }) => {
        const { chooseHosts } = await import("./choose.ts");
        const { statusOfHosts } = await import("#agents/upkeep");
        const { showStatus } = await import("#faces/fleet");
        const { hosts } = await chooseHosts(context, options, args[0] as string[]);
        const answers = await statusOfHosts(hosts, context.signal);
        context.stdout.stream.write(showStatus(answers, context));
        return answers.some((answer) => "error" in answer) ? "fleet" : "ok";
      }),
    );
};
