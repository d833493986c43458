import { collect, examples, type Register } from "../command.ts";

interface Flags {
  readonly rules?: readonly string[];
  readonly defaultRules: boolean;
  readonly language?: readonly string[];
}

export const register: Register = (parent, bind) => {
  parent
    .command("list")
    .description("print the rules that caelum analyze searches by")
    .option("--rules <path>", "those of this file or folder as well; may be repeated", collect)
    .option("--no-default-rules", "without the rules that come with caelum")
    .option("-l, --language <name>", "only rules for this language; may be repeated", collect)
    .addHelpText(
      "after",
      examples(
        ["caelum rules list", "those that come with caelum"],
        ["caelum rules list --language go --json", "for programs"],
        ["caelum rules list --rules ./rules --no-default-rules", "one's own, and what is wrong with them"],
      ),
    )
    .action(
      bind<Flags>(async (context, { options }) => {
        const { listRules } = await import("#analysis/rules");
        const { showRules } = await import("#faces/rules");
        const choice = { files: options.rules ?? [], cwd: context.cwd, defaults: options.defaultRules };
        const { rules, problems } = await listRules(choice, options.language);
        context.stdout.stream.write(showRules(rules, problems, context));
        return problems.some(({ problem }) => problem === "invalid") ? "findings" : "ok";
      }),
    );
};
