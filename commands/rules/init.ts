import path from "node:path";
import { examples, type Register } from "../command.ts";

export const register: Register = (parent, bind) => {
  parent
    .command("init")
    .description("write a first rule and the code that it is tried on")
    .argument("[folder]", "where to", "rules")
    .addHelpText("after", examples(["caelum rules init", "into the folder rules"]))
    .action(
      bind(async (context, { args }) => {
        const { initRules } = await import("#analysis/rules");
        const { files } = initRules(path.resolve(context.cwd, String(args[0])));
        const { json, quiet } = context.options;
        const shown = files.map((file) => path.relative(context.cwd, file));
        if (json) context.stdout.stream.write(`${JSON.stringify({ files: shown })}\n`);
        else if (!quiet)
          context.stdout.stream.write(
            `wrote ${shown.join(" and ")}\ntry: caelum rules test ${String(args[0])}, then caelum analyze --rules ${String(args[0])}\n`,
          );
        return "ok";
      }),
    );
};
