import { examples, type Register } from "../command.ts";

export const register: Register = (parent, bind) => {
  parent
    .command("run")
    .description("what the hook starts: lets a push pass if the tests of what is pushed do")
    .argument("[remote]", "its name, as git gives it")
    .argument("[url]", "its address, as git gives it")
    .addHelpText(
      "after",
      examples(
        ["caelum hook run origin < refs", "with git's lines of a pre-push hook on standard input"],
        ["CAELUM=0 git push", "push without it, as git push --no-verify does"],
      ),
    )
    .action(
      bind(async (context, { args }) => {
        if (context.env["CAELUM"] === "0") return "ok";
        const { runHook } = await import("./run-hook.ts");
        return runHook(context, typeof args[0] === "string" ? args[0] : undefined);
      }),
    );
};
