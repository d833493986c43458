import * as v from "valibot";
import { type EventBody, EventStream, runId, startSpan, systemClock, traced, UsageError } from "#kernel";
import { counted, seconds } from "../../format.ts";
import type { Row } from "../answer.ts";
import { fields, page } from "../fields.ts";
import { plainLine } from "../plain-text.ts";
import { tool } from "../tool.ts";

const usualSeconds = 120;
const usual = 20;

export const runTests = tool({
  name: "run_tests",
  description:
    "Run a project's tests here or on hosts, any runner; failures first. A policy decides. Long runs: job.",
  toolset: "fleet",
  capability: "act",
  annotations: { openWorldHint: true },
  input: v.strictObject({
    path: fields.path,
    only: v.optional(v.pipe(v.array(fields.name(500)), v.maxLength(100))),
    changed: v.optional(v.picklist(["first", "only"])),
    hosts: v.optional(v.pipe(v.array(fields.name(200)), v.maxLength(200))),
    failFast: v.optional(v.boolean()),
    timeoutSeconds: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(3600))),
    limit: fields.limit,
    detail: fields.detail,
  }),
  async run(input, { code, fleet, authorize, signal, progress, tests }) {
    const { path, only = [], changed, hosts: names, failFast = false, timeoutSeconds = usualSeconds } = input;
    const { root, relative, isFile } = code.place(path ?? ".");
    if (isFile)
      throw new UsageError("path is a file", { hint: "give the project's folder, and the file in only" });
    const { localHost, selectSomeHosts } = await import("#fleet");
    const chosen = names === undefined ? undefined : selectSomeHosts(await fleet(), { hosts: names });
    const grant = await authorize({
      kind: "run_tests",
      words: [relative],
      hosts: chosen?.map(({ name }) => name) ?? [localHost.name],
      timeoutMs: timeoutSeconds * 1000,
    });
    const { runTests: runSuite } = await import("#testing");
    const { summarise, titleOf } = await import("#testing/reports");
    const events = new EventStream(runId(systemClock.now()), systemClock);
    let done = 0;
    events.subscribe((event) => {
      if (event.type === "unit.finished") progress(++done, undefined, "test files done:");
      if (event.type === "tests.finished") traceTests(event);
    });
    try {
      const run: Parameters<typeof runSuite> = [
        {
          root: relative === "." ? root : `${root}/${relative}`,
          ...(chosen === undefined ? {} : { fleet: { hosts: chosen, fallback: undefined } }),
          allowMissing: false,
          retry: 1,
          flaky: "pass",
          repeat: 1,
          failFast,
          timeoutMs: grant.timeoutMs,
          only,
          ...(changed === undefined ? {} : { changed }),
          coverage: false,
          args: {},
          env: grant.env,
          ...tests,
        },
        { events, signal, clock: systemClock },
      ];
      const { record } = await traced("run tests", {}, async (span) => {
        const result = await runSuite(...run);
        span?.set({ "caelum.verdict": result.record.verdict, "caelum.hosts": chosen?.length ?? 1 });
        return result;
      });
      const { failures, problems, total } = summarise(record);
      grant.record({ verdict: record.verdict, ...total });
      const rows = [
        ...failures.map(({ cases }): Row => {
          const { last } = cases[0]!;
          const failure = last.result.failures?.[0];
          const at = plainLine(
            failure?.file === undefined ? last.result.test.file : `${failure.file}:${failure.line ?? 1}`,
            200,
          );
          const test = plainLine(titleOf(last), 160);
          const message = plainLine(failure?.message ?? "it failed", input.detail === true ? 600 : 240);
          const on = cases.map(({ platform }) => platform);
          const again = plainLine(last.reproduce ?? "", 300);
          return {
            line: `failed on ${on.join(", ")}: ${at} ${test}: ${message}${again === "" ? "" : `; again: ${again}`}`,
            item: { at, test, message, on, ...(again === "" ? {} : { again }) },
          };
        }),
        ...problems.map((problem): Row => {
          const { at } = problem;
          const file = plainLine(at === undefined ? problem.file : `${at.file}:${at.line}`, 200);
          const message = plainLine(problem.message, 300);
          const again = plainLine(problem.reproduce ?? "", 300);
          return {
            line: `${problem.kind} on ${problem.platform}: ${file}: ${message}${again === "" ? "" : `; again: ${again}`}`,
            item: { file, kind: problem.kind, message, ...(again === "" ? {} : { again }) },
          };
        }),
      ];
      const { part, total: all } = page(rows, input, usual);
      return {
        summary: `${record.verdict}: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped, ${counted(total.problems, "file")} without an answer, ${total.flaky} flaky; ${seconds(record.ms)}`,
        facts: {
          verdict: record.verdict,
          passed: total.passed,
          failed: total.failed,
          skipped: total.skipped,
          problems: total.problems,
          flaky: total.flaky,
        },
        rows: part,
        total: all,
        narrow: "only: a file of it",
        ...(record.verdict === "passed" ? {} : { isError: true }),
      };
    } catch (error) {
      grant.record({ stopped: signal.aborted, failed: true });
      throw error;
    }
  },
});

/** One test file on one host, as a span that has just ended. */
function traceTests(event: Extract<EventBody, { type: "tests.finished" }>): void {
  const { host, unit, platform, attempt, end, ms, passed, failed } = event;
  startSpan("tests of a file", {
    startedAt: Date.now() - ms,
    attributes: {
      "caelum.host": host,
      "caelum.platform": platform,
      "caelum.unit": unit,
      "caelum.attempt": attempt,
      "caelum.tests.passed": passed,
      "caelum.tests.failed": failed,
    },
  })?.end(end === "done" ? undefined : end);
}
