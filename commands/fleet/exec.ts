import { examples, type Register } from "../command.ts";
import { type HostFlags, hostOptions } from "./options.ts";

export interface ExecFlags extends HostFlags {
  readonly timeout?: string;
  readonly group?: true;
  readonly shell?: true;
  readonly json?: true;
}

export const register: Register = (parent, bind) => {
  hostOptions(parent.command("exec"))
    .description(
      "run a command on every host at once; exit code 1 if it fails on one, 3 if a host is not reached",
    )
    .argument("<command>", "a program; write -- before it")
    .argument("[args...]", "given to the program as they are")
    .option("--timeout <duration>", "end it on a host after this time; such as 30s, 5m")
    .option("--group", "one host's output after the other's, in place of a prefix on each line")
    .option("--shell", "let a shell of the host read the words as one line")
    .addHelpText(
      "after",
      examples(
        ["caelum fleet exec -- uname -a", "on all hosts"],
        ["caelum fleet exec --labels gpu -- nvidia-smi -L", "on some"],
        ["caelum fleet exec --shell -- 'df -h | tail -1'", "with pipes, by the host's own shell"],
        ["caelum fleet exec --timeout 30s --group -- git pull", "at most half a minute, host by host"],
      ),
    )
    .action(
      bind<ExecFlags>(async (context, { args, options }) => {
        const { runExec } = await import("./run-exec.ts");
        const [program, rest] = args as [string, string[]];
        return runExec(context, [program, ...rest], options);
      }),
    );
};
