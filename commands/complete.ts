import type { Register } from "./command.ts";

/** What the completion scripts call: `caelum __complete -- <words up to the cursor>`. */
export const register: Register = (parent, bind) => {
  parent.command("__complete [words...]", { hidden: true }).action(
    bind(async (context, { args }) => {
      const { complete } = await import("./completion/complete.ts");
      const candidates = complete(parent, (args[0] as string[] | undefined) ?? []);
      context.stdout.stream.write(
        candidates.map(({ value, description }) => `${value}\t${description}\n`).join(""),
      );
      return "ok";
    }),
  );
};
