const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** Node's timers hold no more. */
const maxMs = 2 ** 31 - 1;

/** `30s`, `1.5m`, `500ms`, `2h` in milliseconds; a number alone counts seconds. Undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, amount = "", unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  const ms = Math.round(Number(amount) * (units[unit] ?? 1));
  return amount === "" || ms < 1 || ms > maxMs ? undefined : ms;
}
