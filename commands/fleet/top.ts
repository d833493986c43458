import { examples, type Register } from "../command.ts";
import { type HostFlags, hostOptions } from "./options.ts";

export interface TopFlags extends HostFlags {
  readonly once?: true;
}

export const register: Register = (parent, bind) => {
  hostOptions(parent.command("top"))
    .description("watch the fleet: load, memory, disk, and agents at work; starts an agent on each host")
    .argument("[hosts...]", "hosts or groups; default: all")
    .option("--once", "one look, as a table; also where there is no terminal")
    .addHelpText(
      "after",
      examples(
        ["caelum fleet top", "until q"],
        ["caelum fleet top --once --json", "one look, for programs"],
        ["caelum fleet top --json", "a JSON line for everything that hosts say, until ctrl-C"],
      ),
    )
    .action(
      bind<TopFlags>(async (context, { args, options }) => {
        const { runTop } = await import("./run-top.ts");
        return runTop(context, args[0] as string[], options);
      }),
    );
};
