import type { Register } from "./command.ts";

/** What the completion scripts call: `caelum __complete -- <words up to the cursor>`. */
export const register: Register = (parent, bind) => {
  parent.command("__complete [words...]", { hidden: true }).action(
    bind(async (context) => {
      const { complete } = await import("./completion/complete.ts");
      const candidates = await complete(parent, typedWords());
      context.stdout.stream.write(
        candidates.map(({ value, description }) => `${value}\t${description}\n`).join(""),
      );
      return "ok";
    }),
  );
};

/** Not from commander, which would take a `--` among them for its own. */
function typedWords(): string[] {
  const [, , ...given] = process.argv;
  return given.slice(given.indexOf("--") + 1);
}
