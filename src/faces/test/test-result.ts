import { Chalk } from "chalk";
import type { TestRunRecord } from "#testing";
import {
  foldFrames,
  type RunSummary,
  summarise,
  type TestCase,
  titleOf,
  type UnitProblem,
} from "#testing/reports";
import { bytes, count, counted, seconds } from "../format.ts";
import { oneLine } from "../progress/safe-text.ts";
import { columns, visible } from "../report/columns.ts";

export interface TestResultOptions {
  color: boolean;
  width: number;
  /** The verdict alone. */
  quiet: boolean;
  verbose: boolean;
}

const shownFailures = 20;
const shownFlaky = 10;
const shownSlow = 5;
/** A test that takes less is not slow, whatever the others take. */
const slowMs = 1000;
const detailLines = 12;

type Paint = InstanceType<typeof Chalk>;

/** The end of a run for people: what failed and where, what differs, then the verdict; the first failure's command last. */
export function testResult(record: TestRunRecord, options: TestResultOptions): string[] {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const summary = summarise(record);
  const verdict = verdictLines(record, summary, paint);
  if (options.quiet) return verdict;
  const parts = [
    ...failureParts(record, summary, paint, options),
    problemLines(summary, paint, options),
    flakyLines(summary, paint),
    slowLines(summary, options),
    platformLines(record, summary, options),
  ].filter((lines) => lines.length > 0);
  return [...parts.flatMap((lines) => [...lines, ""]), ...verdict];
}

/** One entry for a test, on however many platforms it failed. */
function failureParts(
  record: TestRunRecord,
  { failures }: RunSummary,
  paint: Paint,
  { verbose }: TestResultOptions,
): string[][] {
  const shown = verbose ? failures : failures.slice(0, shownFailures);
  const parts = shown.map(({ cases, passedOn }) => {
    const [first] = cases as readonly [TestCase, ...TestCase[]];
    const { result, reproduce } = first.last;
    const name = oneLine(`${result.test.file} > ${titleOf(first.last)}`);
    const where = record.platforms.length > 1 ? `   ${cases.map(({ platform }) => platform).join(", ")}` : "";
    const only = passedOn.length === 0 ? "" : `   only there: it passes on ${passedOn.join(", ")}`;
    return [
      `${paint.red("✗")} ${paint.bold(name)}${where}${only}`,
      ...messages(cases),
      ...portHint(cases),
      ...details(first, verbose),
      `    ${paint.dim(placeOf(first))}`,
      ...(reproduce === undefined ? [] : [`    ${visible(reproduce)}`]),
    ];
  });
  const rest = failures.length - shown.length;
  return rest === 0 ? parts : [...parts, [`and ${counted(rest, "more failure")}; --verbose shows all`]];
}

/** Stacks of Go are set with tabs. */
function untabbed(line: string): string {
  return visible(line.replaceAll("\t", "    "));
}

/** What the failure says, once where platforms say the same. */
function messages(cases: readonly TestCase[]): string[] {
  const byMessage = Map.groupBy(cases, ({ last }) => last.result.failures?.[0]?.message ?? "it failed");
  return [...byMessage].map(([message, those]) => {
    const on = byMessage.size === 1 ? "" : `${those.map(({ platform }) => platform).join(", ")}: `;
    return `    ${on}${oneLine(message)}`;
  });
}

/** Tests run beside their twins: a port of their own choice may be another's. */
function portHint(cases: readonly TestCase[]): string[] {
  const taken = /EADDRINUSE|address already in use|only one usage of each socket/i;
  const collides = cases.some(({ last }) => taken.test(last.result.failures?.[0]?.message ?? ""));
  return collides ? ["    tests run side by side: listen on port 0, or from CAELUM_PORT_BASE on"] : [];
}

function details({ last }: TestCase, verbose: boolean): string[] {
  const [failure] = last.result.failures ?? [];
  if (failure?.details === undefined) return [];
  const lines = shownText(failure.details, verbose);
  const own = lines[0]?.includes(failure.message) === true ? lines.slice(1) : lines;
  const shown = verbose ? own : own.slice(0, detailLines);
  return shown.map((line) => `      ${untabbed(line)}`);
}

/** Frames of the runtime and of packages help nobody who has not asked for all there is. */
function shownText(details: string, verbose: boolean): string[] {
  return (verbose ? details : foldFrames(details)).split("\n").filter((line) => line.trim() !== "");
}

function placeOf({ last, attempts }: TestCase): string {
  const [failure] = last.result.failures ?? [];
  const line =
    failure?.line === undefined ? "" : `${failure.file ?? last.result.test.file}:${failure.line}   `;
  const hosts = [...new Set(attempts.map(({ host }) => host))];
  const failed = attempts.filter(({ result }) => result.outcome === "failed").length;
  const often = failed === attempts.length ? `${failed} times` : `${failed} of ${attempts.length} times`;
  const times = attempts.length > 1 ? `, ${often}` : "";
  return oneLine(`${line}on ${hosts.join(" and ")}${times}`);
}

function problemLines({ problems }: RunSummary, paint: Paint, { verbose }: TestResultOptions): string[] {
  const shown = problems
    .filter(({ kind }) => kind !== "missing")
    .slice(0, verbose ? undefined : shownFailures);
  return shown.flatMap((problem) => [
    `${paint.red("✗")} ${paint.bold(oneLine(problem.file))}   ${problem.platform}   ${said[problem.kind]}`,
    `    ${oneLine(problem.message)}`,
    ...shownText(problem.details ?? "", verbose)
      .slice(0, verbose ? undefined : detailLines)
      .map((line) => `      ${untabbed(line)}`),
    `    ${paint.dim(placeOfProblem(problem))}`,
    ...(problem.reproduce === undefined ? [] : [`    ${visible(problem.reproduce)}`]),
  ]);
}

function placeOfProblem({ at, host }: UnitProblem): string {
  const line = at === undefined ? [] : [`${at.file}:${at.line}`];
  return oneLine([...line, ...(host === undefined || host === "" ? [] : [`on ${host}`])].join(" "));
}

const said = {
  broken: "could not be loaded",
  crashed: "took its runner down",
  timeout: "did not end in time",
  missing: "no result",
} as const satisfies Record<UnitProblem["kind"], string>;

function flakyLines({ cases }: RunSummary, paint: Paint): string[] {
  // What is told as a failure is not told again.
  const flaky = cases.filter((one) => one.flaky && one.last.result.outcome !== "failed");
  const lines = flaky.slice(0, shownFlaky).flatMap(({ platform, last, attempts }) => {
    const tries = attempts.map(({ host, result }) => `${result.outcome} on ${host}`).join(", ");
    const own =
      attempts.length === 1 ? `passed at try ${(last.result.retries ?? 0) + 1} of its runner` : tries;
    const message = attempts.find(({ result }) => result.outcome === "failed")?.result.failures?.[0]?.message;
    return [
      `${paint.yellow("~")} ${oneLine(`${last.result.test.file} > ${titleOf(last)}`)}   ${oneLine(`${platform}: ${own}`)}`,
      ...(message === undefined ? [] : [`    ${oneLine(message)}`]),
    ];
  });
  const rest = flaky.length - shownFlaky;
  return [...lines, ...(rest > 0 ? [`and ${counted(rest, "more flaky test")}`] : [])];
}

function slowLines({ cases }: RunSummary, { width }: TestResultOptions): string[] {
  const slow = cases
    .filter(({ last }) => last.result.ms >= slowMs)
    .toSorted((a, b) => b.last.result.ms - a.last.result.ms)
    .slice(0, shownSlow);
  const rows = slow.map(({ platform, last }) => [
    "slow",
    seconds(last.result.ms),
    oneLine(`${last.result.test.file} > ${titleOf(last)}`),
    platform,
  ]);
  return columns(rows, [{}, { right: true }, { max: 90 }, { optional: true }], width);
}

function platformLines(
  { platforms }: TestRunRecord,
  summary: RunSummary,
  { width }: TestResultOptions,
): string[] {
  const rows = platforms.flatMap(({ name, hosts, ms }) => {
    const counts = summary.platforms.get(name);
    const one = hosts.length === 1 ? hosts[0]!.name : counted(hosts.length, "host");
    return [
      [
        name,
        `${count(counts?.passed ?? 0)} passed`,
        ...some(counts?.failed ?? 0, "failed"),
        ...some((counts?.skipped ?? 0) + (counts?.todo ?? 0), "skipped"),
        seconds(ms),
        one,
      ],
    ];
  });
  const right = { right: true };
  const lines = columns(rows, [{}, right, right, right, right, { optional: true }], width);
  const far = platforms.flatMap(({ hosts }) => hosts).filter(({ sent, saved }) => sent + saved > 0);
  const sent = far.reduce((sum, host) => sum + host.sent, 0);
  const saved = far.reduce((sum, host) => sum + host.saved, 0);
  const unused = platforms
    .flatMap(({ hosts }) => hosts)
    .flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${oneLine(problem)}`]));
  return [
    ...lines,
    ...(far.length === 0 ? [] : [`${bytes(sent)} sent, ${bytes(saved)} were there already`]),
    ...unused,
  ];
}

function some(value: number, what: string): [string] {
  return [value === 0 ? "" : `${count(value)} ${what}`];
}

function verdictLines(record: TestRunRecord, summary: RunSummary, paint: Paint): string[] {
  const { verdict, incomplete, ms, platforms, restricted } = record;
  const { total, failures, problems } = summary;
  const tests = total.passed + total.failed + total.skipped + total.todo;
  const often = record.repeat === undefined ? "" : `, ${count(record.repeat)} times`;
  const over = (platforms.length > 1 ? ` on ${counted(platforms.length, "platform")}` : "") + often;
  const bad = failures.length + total.problems;
  const what = {
    passed: paint.green(`passed: ${counted(tests, "test")}${over}`),
    failed: paint.red(`failed: ${count(total.failed)} of ${counted(tests, "test")}${over}`),
    incomplete: paint.yellow(`incomplete: ${counted(tests, "test")} have a result${over}`),
  }[verdict];
  const extra = [
    ...(verdict === "failed" && total.problems > 0
      ? [`${counted(total.problems, "test file")} without an answer`]
      : []),
    ...(verdict === "incomplete" && bad > 0 ? [`${count(total.failed)} failed`] : []),
    ...(total.skipped + total.todo > 0 ? [`${count(total.skipped + total.todo)} skipped`] : []),
    ...(total.flaky > 0 ? [`${count(total.flaky)} flaky`] : []),
    seconds(ms),
  ].join("   ");
  const first = failures[0]?.cases[0]?.last.reproduce ?? problems[0]?.reproduce;
  return [
    ...incomplete.map((sentence) => `incomplete: ${oneLine(sentence)}`),
    ...(restricted === undefined ? [] : [`not everything was run: ${oneLine(restricted)}`]),
    `${what}   ${extra}`,
    ...(first === undefined ? [] : [`  ${visible(first)}`]),
  ];
}
