import { examples, type Register } from "../command.ts";

export const register: Register = (parent, bind) => {
  parent
    .command("show")
    .description("print every setting, its value, and where the value comes from")
    .addHelpText(
      "after",
      examples(
        ["caelum config show", "as a table"],
        ["caelum config show --json", "for programs: name, value, origin"],
        ["caelum --config ci.yaml config show", "what would hold with this file"],
      ),
    )
    .action(
      bind(async (context) => {
        const config = await context.config();
        const { showConfig } = await import("#faces");
        context.stdout.stream.write(showConfig(config, context));
        return "ok";
      }),
    );
};
