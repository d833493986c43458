import { examples, type Register } from "../command.ts";

export const register: Register = (parent, bind) => {
  parent
    .command("install")
    .description("test what is pushed before it is: a pre-push hook beside those that are there")
    .addHelpText(
      "after",
      examples(["caelum hook install", "in this repository; husky, lefthook and others are kept"]),
    )
    .action(
      bind(async ({ cwd, stdout, options }) => {
        const { installHook } = await import("#testing/hook");
        const { way, where, notes } = await installHook(cwd);
        const text = [`installed: ${where} (${way})`, ...notes.map((note) => `note: ${note}`)].join("\n");
        stdout.stream.write(
          options.json === true ? `${JSON.stringify({ way, where, notes })}\n` : `${text}\n`,
        );
        return "ok";
      }),
    );
};
