import { languageIds } from "#analysis";
import { type Config, ConfigError, shownFrom } from "#config";
import { UsageError } from "#kernel";

/** Languages that the configuration names must exist. Throws a ConfigError that says where it names another. */
export function checkLanguages({ values, resolved }: Config, cwd: string): void {
  const origin = resolved.find(({ name }) => name === "analyze.languages")?.origin;
  if (origin === undefined || origin.type === "default") return;
  try {
    languageIds(values.analyze.languages);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const { message, hint } = error;
    const isFile = origin.type === "file";
    const where = isFile ? shownFrom(cwd)(origin.file) : origin.variable;
    const position =
      isFile && origin.line !== undefined ? { line: origin.line, column: origin.column ?? 1 } : undefined;
    const told = `analyze.languages: ${message}`;
    throw new ConfigError([{ where, position, message: told }], {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
