import { examples, type Register } from "../command.ts";
import { type HostFlags, hostOptions } from "./options.ts";

export const register: Register = (parent, bind) => {
  hostOptions(parent.command("list"))
    .description("print the hosts as the fleet file has them; none of them is asked anything")
    .addHelpText(
      "after",
      examples(
        ["caelum fleet list", "all of them"],
        ["caelum fleet list --labels gpu", "those that carry a label"],
        ["caelum fleet list --json", "for programs, with every setting"],
      ),
    )
    .action(
      bind<HostFlags>(async (context, { options }) => {
        const { chooseHosts } = await import("./choose.ts");
        const { showHosts } = await import("#faces/fleet");
        const { fleet, hosts } = await chooseHosts(context, options);
        context.stdout.stream.write(showHosts(fleet, hosts, context));
        return "ok";
      }),
    );
};
