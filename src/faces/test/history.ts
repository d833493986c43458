import type { Flake, Timing } from "#testing";
import { count, seconds } from "../format.ts";
import { oneLine } from "../progress/safe-text.ts";
import { table } from "../tables/table.ts";

const shownTimings = 30;

/** `caelum test flaky`: one row for a test on a platform. */
export function showFlaky(flakes: readonly Flake[], { json }: { json: boolean }): string {
  const groups = [
    ...Map.groupBy(flakes, ({ platform, test }) => `${platform}\0${JSON.stringify(test)}`).values(),
  ]
    .map((group) => ({ group, last: group.reduce((a, b) => (a.at >= b.at ? a : b)) }))
    .toSorted((a, b) => b.group.length - a.group.length || b.last.at - a.last.at);
  if (json) {
    const tests = groups.map(({ group, last }) => ({
      platform: last.platform,
      test: last.test,
      times: group.length,
      last: new Date(last.at).toISOString(),
      hosts: [...new Set(group.map(({ host }) => host))],
      message: last.message,
    }));
    return `${JSON.stringify(tests, undefined, 2)}\n`;
  }
  if (groups.length === 0) return "no test failed and passed in one run\n";
  const rows = groups.map(({ group, last }) => [
    count(group.length),
    new Date(last.at).toISOString().slice(0, 10),
    last.platform,
    oneLine(`${last.test.file} > ${last.test.title.join(" > ")}`),
    oneLine(last.message).slice(0, 80),
  ]);
  return table(["times", "last", "platform", "test", "message"], rows);
}

/** `caelum test timings`: slowest first. */
export function showTimings(
  timings: readonly Timing[],
  { json, verbose }: { json: boolean; verbose: boolean },
): string {
  if (json) return `${JSON.stringify(timings, undefined, 2)}\n`;
  if (timings.length === 0) return "nothing has been timed here yet\n";
  const shown = verbose ? timings : timings.slice(0, shownTimings);
  const rows = shown.map(({ ms, runs, platform, unit }) => [
    seconds(ms),
    count(runs),
    platform,
    oneLine(nameOf(unit)),
  ]);
  const rest = timings.length - shown.length;
  return (
    table(["time", "runs", "platform", "unit"], rows) +
    (rest === 0 ? "" : `${count(rest)} more with --verbose\n`)
  );
}

/** `project|runner|file` → `file (runner)`. */
function nameOf(unit: string): string {
  const [, runner, file, ...part] = unit.split("|");
  if (runner === undefined || file === undefined) return unit;
  return `${file} (${[runner, ...part].join(", ")})`;
}
