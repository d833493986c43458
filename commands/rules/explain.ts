import { collect, examples, type Register } from "../command.ts";

export const register: Register = (parent, bind) => {
  parent
    .command("explain")
    .description("print what a rule finds, why that is bad and what to do about it")
    .argument("<id>", "id of the rule, or its last part")
    .option("--rules <path>", "look in this file or folder as well; may be repeated", collect)
    .addHelpText(
      "after",
      examples(
        ["caelum rules explain python.subprocess-shell", "a rule that comes with caelum"],
        ["caelum rules explain my-rule --rules ./rules --json", "one's own, for programs"],
      ),
    )
    .action(
      bind<{ readonly rules?: readonly string[] }>(async (context, { args, options }) => {
        const { explainRule } = await import("#analysis/rules");
        const { showRule } = await import("#faces/rules");
        const choice = { files: options.rules ?? [], cwd: context.cwd, defaults: true };
        context.stdout.stream.write(showRule(await explainRule(String(args[0]), choice), context));
        return "ok";
      }),
    );
};
