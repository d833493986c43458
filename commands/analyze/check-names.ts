import { checkLayerNames, languageIds } from "#analysis";
import { type Config, ConfigError, shownFrom } from "#config";
import { UsageError } from "#kernel";

/**
 * What the configuration names must exist: languages (unless a flag stands for them) and layers.
 * @throws ConfigError that says where it names something else
 */
export function checkNames(config: Config, cwd: string, languages: boolean): void {
  const { analyze } = config.values;
  if (languages) atItsPlace(config, cwd, "analyze.languages", () => languageIds(analyze.languages));
  atItsPlace(config, cwd, "analyze.layers", () => checkLayerNames(analyze.layers));
}

function atItsPlace({ resolved }: Config, cwd: string, name: string, check: () => unknown): void {
  const origin = resolved.find((each) => each.name === name)?.origin;
  if (origin === undefined || origin.type === "default") return;
  try {
    check();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const { message, hint } = error;
    const isFile = origin.type === "file";
    const where = isFile ? shownFrom(cwd)(origin.file) : origin.variable;
    const position =
      isFile && origin.line !== undefined ? { line: origin.line, column: origin.column ?? 1 } : undefined;
    throw new ConfigError([{ where, position, message: `${name}: ${message}` }], {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
