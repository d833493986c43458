import { examples, type Register } from "../command.ts";
import { fleetOption, namesOf } from "./options.ts";

interface AddFlags {
  readonly fleet?: string;
  readonly label?: readonly string[];
  readonly slots?: string;
  readonly local?: true;
  readonly json?: true;
}

export const register: Register = (parent, bind) => {
  fleetOption(parent.command("add"))
    .description("write a host into the fleet file; a file is made when there is none")
    .argument("<name>", "what the host is called; an alias of ssh_config, unless a target follows")
    .argument("[target]", "user@host:port, user@host or an alias of ssh_config")
    .option("--label <labels>", "words to choose it by; a,b; may be repeated", namesOf)
    .option("--slots <number>", "workers at once; default: its cores")
    .option("--local", "it is this machine, without SSH")
    .addHelpText(
      "after",
      examples(
        ["caelum fleet add desk", "a host that ~/.ssh/config knows"],
        ["caelum fleet add mini build@mini.local:2222 --label mac --slots 8", "another, in full"],
        ["caelum fleet add here --local --slots 2", "this machine, with two workers at most"],
      ),
    )
    .action(
      bind<AddFlags>(async (context, { args, options }) => {
        const { addHost } = await import("#fleet");
        const { newHost, fileToEdit } = await import("./new-host.ts");
        const { showAdded } = await import("#faces/fleet");
        const host = newHost(String(args[0]), args[1] as string | undefined, options);
        const added = await addHost(await fileToEdit(context, options.fleet), host);
        context.stdout.stream.write(showAdded(host.name, added, context));
        return "ok";
      }),
    );
};
