import { examples, type Register } from "../command.ts";
import type { InstallFlags } from "./run-install.ts";

export const register: Register = (parent, bind) => {
  parent
    .command("install")
    .description("let an assistant start caelum: show the change to its configuration, ask, and write it")
    .argument(
      "[assistant]",
      "claude-code, claude-desktop, cursor, vscode, windsurf, zed, gemini-cli or codex; none: show where each stands",
    )
    .argument("[options...]", "behind --: options of caelum mcp that the assistant shall start it with")
    .option("--project", "in the project's configuration, for everybody who has the project")
    .option("--yes", "without a question")
    .option("--dry-run", "show it, and write nothing")
    .addHelpText(
      "after",
      examples(
        ["caelum mcp install", "which assistants are here, and which have caelum"],
        ["caelum mcp install claude-code", "for all projects of this user"],
        ["caelum mcp install cursor --project -- --read-only", "for this project, without tools that act"],
        ["caelum mcp uninstall cursor --project", "its configuration as it was before"],
      ),
    )
    .action(
      bind<InstallFlags>(async (context, { args, options }) => {
        const { runInstall } = await import("./run-install.ts");
        return runInstall(context, args[0] as string | undefined, (args[1] ?? []) as string[], options);
      }),
    );
};

export const registerUninstall: Register = (parent, bind) => {
  parent
    .command("uninstall")
    .description(
      "take caelum out of an assistant's configuration; an unchanged file gets its former bytes back",
    )
    .argument("<assistant>", "as for caelum mcp install")
    .option("--project", "from the project's configuration")
    .addHelpText("after", examples(["caelum mcp uninstall vscode", "VS Code does not start it any more"]))
    .action(
      bind<InstallFlags>(async (context, { args, options }) => {
        const { runUninstall } = await import("./run-install.ts");
        return runUninstall(context, String(args[0]), options);
      }),
    );
};
