import { parseDuration, UsageError } from "#kernel";

/** `30s`, `1.5m`, `500ms`, `2h`; a number alone counts seconds. @throws UsageError */
export function durationMs(option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) {
    throw new UsageError(`${option} must be a time such as 30s, 5m or 1h, not "${text}"`);
  }
  return ms;
}
