import type { Command } from "commander";
import { closestMatch } from "leven";
import { UsageError } from "#kernel";
import type { Register } from "./command.ts";

/** In place of commander's own, which prints the help of the parent for a command that does not exist, and succeeds. */
export const register: Register = (parent, bind) => {
  parent
    .helpCommand(false)
    .command("help [command...]")
    .description("print help for a command")
    .action(
      bind((_context, { args }) => {
        commandOf(parent, args[0] as readonly string[]).outputHelp();
        return Promise.resolve("ok");
      }),
    );
};

function commandOf(parent: Command, [name, ...further]: readonly string[]): Command {
  if (name === undefined) return parent;
  const known = parent.createHelp().visibleCommands(parent);
  const found = known.find((command) => command.name() === name);
  if (found !== undefined) return commandOf(found, further);
  const names = known.map((command) => command.name());
  throw new UsageError(`unknown command '${name}'`, {
    hint: closestMatch(name, names, { maxDistance: 3 }) ?? `${pathOf(parent)} --help`,
  });
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
