import type { Settings } from "#config";
import { CaelumError } from "#kernel";
import { type Knowledge, KnownVerdicts } from "./known-verdict.ts";
import type { PushedRef } from "./pushed-refs.ts";
import { isOnRemote, type PushedCommit, pushedCommits } from "./pushed-trees.ts";

/** Nobody waits so long for a push: the bound is none. */
const unboundedMs = 12 * 3_600_000;

/** The push is refused because of tests: exit code 1, or 5 where they could not all be run. */
class PushRefusedError extends CaelumError {
  constructor(why: string, hint: string, exit: "findings" | "incomplete" = "findings") {
    super("CAELUM_PUSH_REFUSED", exit, why, {
      hint: `${hint}; git push --no-verify or CAELUM=0 pushes nevertheless`,
    });
  }
}

export interface PushCheck {
  /** Top of the work tree. */
  root: string;
  refs: readonly PushedRef[];
  /** Its name; undefined: a push to an address. */
  remote: string | undefined;
  settings: Pick<Settings, "test" | "hook">;
  env: NodeJS.ProcessEnv;
  stateFolder: string;
  /** Milliseconds since 1970. */
  now: number;
  /** One line for people. */
  say: (line: string) => void;
  /** Tests a commit, within the signal's time. */
  runTests: (commit: PushedCommit, signal: AbortSignal) => Promise<"passed" | "failed" | "incomplete">;
  signal: AbortSignal;
}

/**
 * Lets a push pass or throws a PushRefusedError: each pushed tree has a verdict, or gets one within the budget. The pushed
 * commits are tested, not what lies in the folder.
 */
export async function checkPush(check: PushCheck): Promise<void> {
  const { root, refs, settings, env, stateFolder } = check;
  const commits = await pushedCommits(root, refs, settings.hook.branches);
  if (commits.length === 0) return;
  const known = await KnownVerdicts.open({ root, stateFolder, settings: settings.test, env });
  const unknown: PushedCommit[] = [];
  try {
    for (const commit of commits) {
      const knowledge = await known.of(commit);
      if (knowledge.type === "unknown") unknown.push(commit);
      else tell(check, commit, knowledge);
    }
  } finally {
    known.close();
  }
  const until = performance.now() + settings.hook.budget;
  for (const commit of unknown) await settle(check, commit, until);
}

function tell(
  { say, now }: PushCheck,
  commit: PushedCommit,
  { type, verdicts }: Exclude<Knowledge, { type: "unknown" }>,
): void {
  const [latest] = verdicts.toSorted((a, b) => b.at - a.at);
  const when = latest === undefined ? "" : ` ${ago(now - latest.at)}`;
  const where = verdicts.map(({ platform }) => platform).join(", ");
  if (type === "failed") {
    const failed = verdicts.filter(({ verdict }) => verdict === "failed");
    const what = failed
      .map(({ platform, failed: count, tests }) => `${count} of ${tests} tests on ${platform}`)
      .join(", ");
    throw new PushRefusedError(`${nameOf(commit)} failed${when}: ${what}`, "caelum test runs them again");
  }
  const tests = verdicts.reduce((sum, verdict) => sum + verdict.tests, 0);
  say(`caelum: ${nameOf(commit)} passed${when} on ${where} (${tests} ${tests === 1 ? "test" : "tests"})`);
}

async function settle(check: PushCheck, commit: PushedCommit, until: number): Promise<void> {
  const { root, remote, settings, say, signal } = check;
  if (remote !== undefined && (await isOnRemote(root, commit.commit, remote))) {
    say(`caelum: ${nameOf(commit)} is on "${remote}" already`);
    return;
  }
  if (settings.hook.onMiss === "allow") {
    say(`caelum: ${nameOf(commit)} was not tested; hook.onMiss lets it pass`);
    return;
  }
  if (settings.hook.onMiss === "refuse")
    throw new PushRefusedError(
      `${nameOf(commit)} was not tested`,
      "caelum test, or caelum push, which tests first",
    );
  const bound =
    settings.hook.budget < unboundedMs ? `, ${Math.round(settings.hook.budget / 1000)} s at most` : "";
  say(`caelum: ${nameOf(commit)} has no verdict yet; testing it${bound}`);
  const budget = AbortSignal.timeout(Math.max(1, Math.round(until - performance.now())));
  let verdict: "passed" | "failed" | "incomplete";
  try {
    verdict = await check.runTests(commit, AbortSignal.any([signal, budget]));
  } catch (error) {
    if (!budget.aborted || signal.aborted) throw error;
    throw new PushRefusedError(
      `the tests of ${nameOf(commit)} take longer than ${Math.round(settings.hook.budget / 1000)} s, and servers drop a push that waits`,
      "caelum push tests first and pushes then; hook.budget is the bound",
      "incomplete",
    );
  }
  if (verdict === "incomplete")
    throw new PushRefusedError(
      `${nameOf(commit)} could not be tested whole`,
      "see above for what is missing",
      "incomplete",
    );
  if (verdict === "failed") throw new PushRefusedError(`${nameOf(commit)} fails its tests`, "see above");
  say(`caelum: ${nameOf(commit)} passed`);
}

function nameOf({ commit, names }: PushedCommit): string {
  return `${commit.slice(0, 10)} (${names.join(", ")})`;
}

const steps = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

function ago(ms: number): string {
  const [unit, size] = steps.find(([, least]) => ms >= least) ?? ["s", 1000];
  return `${Math.max(0, Math.round(ms / size))} ${unit} ago`;
}
