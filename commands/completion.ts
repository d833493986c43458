import { Argument } from "commander";
import { examples, type Register } from "./command.ts";

export const register: Register = (parent, bind) => {
  parent
    .command("completion")
    .description("print the script that makes TAB complete commands, options and values")
    .addArgument(new Argument("<shell>", "the shell it is for").choices(["bash", "zsh", "fish"]))
    .addHelpText(
      "after",
      examples(
        ['eval "$(caelum completion bash)"', "in ~/.bashrc"],
        ['eval "$(caelum completion zsh)"', "in ~/.zshrc, after compinit"],
        ["caelum completion fish | source", "in ~/.config/fish/config.fish"],
      ),
    )
    .action(
      bind(async (context, { args }) => {
        const { completionScripts } = await import("./completion/scripts.ts");
        context.stdout.stream.write(completionScripts[args[0] as keyof typeof completionScripts]);
        return "ok";
      }),
    );
};
