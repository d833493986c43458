import path from "node:path";
import { examples, type Register } from "../command.ts";

export const register: Register = (parent, bind) => {
  parent
    .command("verify")
    .description("check that no line of the audit logs was changed, moved or cut off; exit code 1 if one was")
    .argument("[files...]", "logs; default: all of this user")
    .addHelpText(
      "after",
      examples(
        ["caelum audit verify", "every log of this user"],
        ["caelum audit verify --json", "the same for programs"],
      ),
    )
    .action(
      bind(async ({ cwd, env, stdout, options }, { args }) => {
        const { auditFolders, verifyAudit } = await import("#security");
        const { configFolder, stateFolder } = await import("#kernel");
        const { showAudit } = await import("#faces");
        const given = (args[0] as string[]).map((file) => path.resolve(cwd, file));
        const folders = auditFolders(stateFolder(env), configFolder(env));
        const verdicts = verifyAudit(folders, given.length === 0 ? undefined : given);
        stdout.stream.write(options.json === true ? `${JSON.stringify(verdicts)}\n` : showAudit(verdicts));
        return verdicts.some(({ problem }) => problem !== undefined) ? "findings" : "ok";
      }),
    );
};
