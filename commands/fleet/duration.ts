import { UsageError } from "#kernel";

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** Node's timers hold no more. */
const maxMs = 2 ** 31 - 1;

/** `30s`, `1.5m`, `500ms`, `2h`; a number alone counts seconds. @throws UsageError */
export function durationMs(option: string, text: string): number {
  const [, amount = "", unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  const ms = Math.round(Number(amount) * (units[unit] ?? 1));
  if (amount === "" || ms < 1 || ms > maxMs) {
    throw new UsageError(`${option} must be a time such as 30s, 5m or 1h, not "${text}"`);
  }
  return ms;
}
