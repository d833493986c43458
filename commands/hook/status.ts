import { examples, type Register } from "../command.ts";

export const register: Register = (parent, bind) => {
  parent
    .command("status")
    .description("whether pushes of this repository are tested, and where the hook stands")
    .addHelpText(
      "after",
      examples(["caelum hook status", "exit code 1 where it is installed and does not work"]),
    )
    .action(
      bind(async ({ cwd, stdout, options }) => {
        const { hookStatus } = await import("#testing/hook");
        const status = await hookStatus(cwd);
        const head = status.installed ? `installed: ${status.where} (${status.way})` : "not installed";
        const lines = [head, ...status.problems.map((problem) => `problem: ${problem}`)];
        stdout.stream.write(options.json === true ? `${JSON.stringify(status)}\n` : `${lines.join("\n")}\n`);
        return status.problems.length > 0 ? "findings" : "ok";
      }),
    );
};
