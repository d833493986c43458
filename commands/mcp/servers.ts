import { examples, type Register } from "../command.ts";
import type { AddServerFlags, CallFlags, InspectFlags, ServerFlags } from "./run-servers.ts";

const fileOption = [
  "--file <file>",
  "default: the nearest mcp.json, else the one of your configuration folder",
] as const;

export const register: Register = (parent, bind) => {
  const servers = parent
    .command("servers")
    .description("MCP servers of others, as mcp.json names them")
    .addHelpText(
      "after",
      examples(
        ["caelum mcp servers", "those of mcp.json, and whether their tools are what they were"],
        ["caelum mcp servers inspect files", "what one of them offers"],
      ),
    );
  servers
    .command("list", { isDefault: true })
    .description("start each, and say what it offers and whether its tools are what they were")
    .option(...fileOption)
    .addHelpText("after", examples(["caelum mcp servers list", "those of mcp.json"]))
    .action(
      bind<ServerFlags>(async (context, { options }) => {
        const { runList } = await import("./run-servers.ts");
        return runList(context, options);
      }),
    );
  servers
    .command("add")
    .description("write a server into mcp.json; a file is made when there is none")
    .argument("<name>", "what it is called")
    .argument("[command...]", "behind --: its command and arguments")
    .option("--url <address>", "it is reached over HTTP")
    .option(
      "--env <assignments>",
      "NAME=value for its environment; ${NAME} takes it from yours; may be repeated",
      collect,
    )
    .option(...fileOption)
    .addHelpText(
      "after",
      examples(
        [
          "caelum mcp servers add files -- npx -y @modelcontextprotocol/server-filesystem .",
          "one that is started here",
        ],
        ["caelum mcp servers add issues --url https://mcp.example.org/mcp", "one over HTTP"],
      ),
    )
    .action(
      bind<AddServerFlags>(async (context, { args, options }) => {
        const { runAdd } = await import("./run-servers.ts");
        return runAdd(context, String(args[0]), (args[1] ?? []) as string[], options);
      }),
    );
  servers
    .command("inspect")
    .description("what a server offers: tools, resources, prompts, and what has changed since it was pinned")
    .argument("<name>", "as mcp.json calls it")
    .option("--pin", "its tools are trusted as they are now")
    .option(...fileOption)
    .addHelpText(
      "after",
      examples(
        ["caelum mcp servers inspect files", "its tools"],
        ["caelum mcp servers inspect files --pin", "and trust them"],
      ),
    )
    .action(
      bind<InspectFlags>(async (context, { args, options }) => {
        const { runInspect } = await import("./run-servers.ts");
        return runInspect(context, String(args[0]), options);
      }),
    );
  servers
    .command("call")
    .description("call a tool of a server; one that has changed since it was pinned is refused")
    .argument("<name>", "as mcp.json calls the server")
    .argument("<tool>", "as the server calls the tool")
    .option("--input <json>", "what the tool takes, as JSON; - reads it from stdin", "{}")
    .option(...fileOption)
    .addHelpText(
      "after",
      examples([
        'caelum mcp servers call files list_directory --input \'{"path":"."}\'',
        "its answer as text",
      ]),
    )
    .action(
      bind<CallFlags>(async (context, { args, options }) => {
        const { runCall } = await import("./run-servers.ts");
        return runCall(context, String(args[0]), String(args[1]), options);
      }),
    );
};

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
