import { examples, type Register } from "./command.ts";

export const register: Register = (parent, bind) => {
  parent
    .command("push")
    .description("test what git push would push, then push it: no connection waits meanwhile")
    .argument("[arguments...]", "of git push; behind -- where they are options of caelum, too")
    .allowUnknownOption()
    .addHelpText(
      "after",
      examples(
        ["caelum push", "as git push, tested first"],
        ["caelum push origin main --tags", "with arguments of git push"],
        ["caelum push -- --quiet", "an option that caelum has as well"],
      ),
    )
    .action(
      bind(async (context, { args }) => {
        const { runPush } = await import("./hook/run-push.ts");
        return runPush(context, (args[0] ?? []) as string[]);
      }),
    );
};
