import { examples, type Register } from "./command.ts";
import { register as registerInstall, registerUninstall } from "./mcp/install.ts";
import { register as registerServers } from "./mcp/servers.ts";
import type { McpFlags } from "./mcp/serve.ts";
import { namesOf } from "./fleet/options.ts";

export const register: Register = (parent, bind) => {
  const mcp = parent
    .command("mcp")
    .description("serve code questions, hosts and jobs to an assistant over MCP, on stdin and stdout")
    .option(
      "--root <folder>",
      "a folder that may be read; may be repeated; default: the client's, or this one",
      collect,
    )
    .option("--toolsets <names>", "code, fleet, jobs, admin or all; default: all but admin", namesOf)
    .option("--tools <names>", "these tools; they add to --toolsets", namesOf)
    .option("--fleet <file>", "the fleet file; default: the user's own, never one of the folder")
    .option("--policy <file>", "what fleet_exec and run_tests may do; default: mcp-policy.yaml of the user")
    .option("--http [port]", "Streamable HTTP for many clients in place of stdin; default port 8091, 0: any")
    .option("--host <address>", "with --http: where to listen", "127.0.0.1")
    .option("--tokens <file>", "with --http: lines of a name and a token; default: one that is made")
    .option("--job-after <duration>", "answer a call that takes longer with a job; default 20s")
    .option("--servers [file]", "pinned tools of the servers in your own mcp.json, or in this one, as well")
    .option("--read-only", "no tool that runs or changes anything")
    .addHelpText(
      "after",
      examples(
        ["caelum mcp", "for the client's configuration: command caelum, arguments mcp"],
        ["caelum mcp --root ~/work/shop --read-only", "one folder, and nothing that acts"],
        ["caelum mcp --http", "one warm server for several clients"],
        ["caelum mcp --tools code_search,code_parse", "two tools alone"],
      ),
    )
    .action(
      bind<McpFlags>(async (context, { options }) => {
        const { runMcp } = await import("./mcp/serve.ts");
        return runMcp(context, options);
      }),
    );
  registerInstall(mcp, bind);
  registerUninstall(mcp, bind);
  registerServers(mcp, bind);
};

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
