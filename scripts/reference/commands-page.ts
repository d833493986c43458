import type { Command } from "commander";
import { createProgram } from "../../commands/program.ts";
import { pageHead } from "./markdown.ts";

/** Every command as its own help shows it. */
export function commandsPage(): string {
  const program = createProgram(() => async () => undefined);
  const intro =
    "What `caelum help <command>` prints. Options of `caelum` itself hold for every command and may stand anywhere.";
  return [pageHead("Commands", intro), ...everyCommand(program).map(commandPart)].join("\n");
}

function everyCommand(command: Command): Command[] {
  const children = command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => child.name() !== "help");
  return [command, ...children.flatMap(everyCommand)];
}

function commandPart(command: Command): string {
  let help = "";
  command
    .configureHelp({ showGlobalOptions: false, helpWidth: 100 })
    .configureOutput({ writeOut: (text) => (help += text), getOutHasColors: () => false })
    .outputHelp();
  return `## ${fullName(command)}\n\n\`\`\`text\n${help.trim()}\n\`\`\`\n`;
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
