import { bytes, clockTime, count, counted, roughly } from "../format.ts";
import { measure, type Measured } from "../progress/measure.ts";
import type { ProgressState } from "../progress/progress-state.ts";
import { platformCounts, type TestsProgress, troubleCounts } from "../progress/tests-progress.ts";
import { isThere } from "./host-state.ts";
import { bar, type Line, shortened, span, spread, widthOf } from "./spans.ts";

/** First line: what, how much, how long still. Second: how far, how fast, how much was known before. */
export function headerLines(state: ProgressState, now: number, width: number): Line[] {
  const measured = measure(state, now);
  const { total, title } = state;
  const timing = timingText(measured, state);
  const room = width - timing.length - 2;
  const whole = (state.tests.length > 0 ? testAmounts(state.tests) : amounts(total))
    .map((amount) => `   ${amount}`)
    .find((amount) => 1 + widthOf(title) + widthOf(amount) <= room);
  const name = shortened(title, Math.max(8, room - 1));
  const first = spread([span(` ${name}`, "strong"), span(whole ?? "")], [span(timing)], width);
  if (measured.part === undefined) return [first];
  // Whole parts only: what does not fit is left out, not cut.
  const cells = Math.max(8, Math.min(40, width - 40));
  // What is measured is not all: 100 % is never seen before the end.
  const percent = Math.min(99, Math.floor(measured.part * 100));
  const facts = [`${String(percent).padStart(2)} %`, ...(state.seeksCopies ? [] : speeds(measured, state))];
  const second = facts.reduce((text, fact, index) => {
    const longer = `${text}${index === 0 ? "  " : "   "}${fact}`;
    return 1 + cells + longer.length <= width ? longer : text;
  }, "");
  return [first, [span(" "), ...bar(measured.part, cells, "good"), span(second)]];
}

/** The longest way of saying it first. */
function testAmounts(tests: TestsProgress): string[] {
  const counts = platformCounts(tests);
  return [counts.join("   "), ...counts.slice(0, 1)];
}

/** The longest way of saying it first. */
function amounts(total: ProgressState["total"]): string[] {
  if (total === undefined) return ["looking for files"];
  const files = counted(total.files, "file");
  return [`${files}   ${bytes(total.bytes)}`, files];
}

function timingText(
  { elapsedMs, leftMs, part }: Measured,
  { pausedAt, hosts, seeksCopies }: ProgressState,
): string {
  const left = (): string => {
    if (seeksCopies) return "looking for copies";
    if (part === 1) return "almost done";
    if (pausedAt !== undefined) return "paused";
    // What the hosts did says nothing about when one will be back.
    if (hosts.length > 0 && !hosts.some(isThere)) return "waiting for a host";
    return leftMs === undefined ? "estimating" : `about ${roughly(leftMs)} left`;
  };
  return `${clockTime(elapsedMs)}  ${left()}`;
}

function speeds(
  { bytesPerSecond, filesPerSecond }: Measured,
  { cachedFiles, total, tests }: ProgressState,
): string[] {
  if (tests.length > 0) return troubleCounts(tests);
  const cached =
    cachedFiles > 0 && total !== undefined && total.files > 0
      ? [`${Math.min(100, Math.round((cachedFiles / total.files) * 100))} % from cache`]
      : [];
  return [
    ...(bytesPerSecond === undefined ? [] : [`${bytes(Math.round(bytesPerSecond))}/s`]),
    ...(filesPerSecond === undefined ? [] : [`${count(Math.round(filesPerSecond))} files/s`]),
    ...cached,
  ];
}
