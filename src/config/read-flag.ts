import { UsageError } from "#kernel";
import { checkValue, shownValue } from "./check-file.ts";
import { fromText } from "./setting.ts";
import { sections, type Settings } from "./settings.ts";
import type { Setting } from "./setting.ts";

/**
 * The value of a command-line flag, checked as the setting it overrides.
 * @throws UsageError `--workers must be a whole number from 1 to 256, got "many"`
 */
export function readFlag<S extends keyof Settings, N extends keyof Settings[S] & string>(
  flag: string,
  section: S,
  name: N,
  given: string,
): NonNullable<Settings[S][N]> {
  const setting = (sections[section].settings as unknown as Record<N, Setting>)[name];
  const { value, issues } = checkValue(setting, (setting.env?.read ?? fromText.text)(given));
  const [issue] = issues;
  if (issue !== undefined) throw new UsageError(`${flag} must be ${issue.phrase}, got ${shownValue(given)}`);
  return value as NonNullable<Settings[S][N]>;
}
