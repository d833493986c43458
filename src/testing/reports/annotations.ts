import { workflowCommand } from "#kernel";
import type { RunSummary, TestCase, UnitProblem } from "./summarise.ts";
import { titleOf } from "./summarise.ts";

/** GitHub shows ten errors of a step; what comes after them is in the log alone. */
const mostAnnotations = 50;

/**
 * Workflow commands that GitHub Actions shows beside the code: `::error file=…,line=…,title=…::message`.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubAnnotations({ failures, problems, cases }: RunSummary): string[] {
  const flaky = cases.filter((one) => one.flaky && one.last.result.outcome === "passed");
  return [
    ...failures.map(({ cases: failed }) => failureCommand(failed)),
    ...problems.map(problemCommand),
    ...flaky.map((one) => command("warning", placeOf(one, `flaky: ${titleOf(one.last)}`), flakyMessage(one))),
  ].slice(0, mostAnnotations);
}

interface Place {
  file: string;
  line?: number;
  title: string;
}

function failureCommand(failed: readonly TestCase[]): string {
  const [first] = failed;
  const { last } = first!;
  const platforms = failed.map(({ platform }) => platform).join(", ");
  const message = last.result.failures?.[0]?.details ?? last.result.failures?.[0]?.message ?? "failed";
  const how = last.reproduce === undefined ? "" : `\nreproduce: ${last.reproduce}`;
  return command("error", placeOf(first!, `${titleOf(last)} (${platforms})`), message + how);
}

function problemCommand({ platform, file, kind, message, details, at, reproduce }: UnitProblem): string {
  const how = reproduce === undefined ? "" : `\nreproduce: ${reproduce}`;
  const told = details?.includes(message) === false ? `${message}\n${details}` : (details ?? message);
  return command("error", { file, ...at, title: `${file} ${kind} (${platform})` }, told + how);
}

function flakyMessage({ attempts }: TestCase): string {
  const failed = attempts.find(({ result }) => result.outcome === "failed");
  const message = failed?.result.failures?.[0]?.message;
  return message === undefined
    ? "it passed when it was tried again"
    : `it passed when it was tried again; before: ${message}`;
}

function placeOf({ last }: TestCase, title: string): Place {
  const { test, failures = [] } = last.result;
  // A stack may end in a helper: the annotation belongs to the file that a person looks for.
  const own = failures.find(({ file }) => file === test.file);
  return { file: test.file, ...(own?.line !== undefined && { line: own.line }), title };
}

function command(kind: "error" | "warning", { file, line, title }: Place, message: string): string {
  return workflowCommand(kind, { file, ...(line === undefined ? {} : { line }), title }, message);
}
