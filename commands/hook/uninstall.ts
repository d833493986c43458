import { examples, type Register } from "../command.ts";

export const register: Register = (parent, bind) => {
  parent
    .command("uninstall")
    .description("take the hook out again; files get the bytes they had before")
    .addHelpText("after", examples(["caelum hook uninstall", "of this repository"]))
    .action(
      bind(async ({ cwd, stdout, options }) => {
        const { uninstallHook } = await import("#testing/hook");
        const result = await uninstallHook(cwd);
        const lines = [
          `uninstalled: ${result.where}`,
          ...result.edited.map((file) => `note: ${file} was changed since; our part was taken out of it`),
          ...result.left.map((file) => `note: ${file} was changed since and is as it is`),
        ];
        stdout.stream.write(options.json === true ? `${JSON.stringify(result)}\n` : `${lines.join("\n")}\n`);
        return "ok";
      }),
    );
};
