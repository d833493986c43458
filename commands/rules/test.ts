import { examples, type Register } from "../command.ts";

export const register: Register = (parent, bind) => {
  parent
    .command("test")
    .description("try rules on the code beside them, with ruleid: and ok: comments")
    .argument("<path...>", "files and folders with rules")
    .addHelpText(
      "after",
      examples(
        ["caelum rules test rules/", "name.yaml is tried on name.py, name.js and so on"],
        ["caelum rules test rules/sql.yaml --json", "one file, for programs"],
      ),
    )
    .action(
      bind(async (context, { args }) => {
        const { testRules } = await import("#analysis/rules");
        const { showRuleTest } = await import("#faces/rules");
        const result = await testRules(args[0] as string[], context.cwd);
        context.stdout.stream.write(showRuleTest(result, context));
        return result.failures.length + result.problems.length > 0 ? "findings" : "ok";
      }),
    );
};
