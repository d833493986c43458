import type { TestRunRecord } from "../run-record.ts";
import { summarise } from "../reports/summarise.ts";
import { configurationHash, type StoredVerdict, TestStore } from "../stores/index.ts";
import { readTree } from "../sync/index.ts";
import type { TestOptions } from "./options.ts";
import type { Source } from "./place-tree.ts";

type Note = (text: string) => void;

/** Opens what is known of earlier runs, and closes it again; where there is none, work goes on without. */
export async function withStore<T>(
  folder: string | undefined,
  note: Note,
  work: (store: TestStore | undefined) => Promise<T>,
): Promise<T> {
  let store: TestStore | undefined;
  try {
    if (folder !== undefined) store = await TestStore.open(folder);
  } catch (error) {
    note(`earlier runs are not known: ${messageOf(error)}`);
  }
  try {
    return await work(store);
  } finally {
    store?.close();
  }
}

/**
 * What a run has taught is kept; the verdict too, where it holds for a tree that git can name. A store that fails now is no
 * reason to take the result away.
 */
export async function remember(
  store: TestStore | undefined,
  record: TestRunRecord,
  options: TestOptions,
  source: Source,
  { now, note }: { now: number; note: Note },
): Promise<void> {
  if (store === undefined) return;
  try {
    store.learn(record, now);
    if (await hasVerdict(record, options, source)) saveVerdicts(store, record, options, source, now);
  } catch (error) {
    note(`this run is not remembered: ${messageOf(error)}`);
  }
}

/** Only whole runs of a tree that is still the same say something about it. */
async function hasVerdict(record: TestRunRecord, options: TestOptions, source: Source): Promise<boolean> {
  const isWhole =
    record.restricted === undefined &&
    options.changed !== "only" &&
    options.only.length === 0 &&
    options.shard === undefined;
  return isWhole && record.platforms.some(({ complete }) => complete) && (await isStill(options, source));
}

/** Of platforms that are complete, whatever is missing on others. */
function saveVerdicts(
  store: TestStore,
  record: TestRunRecord,
  options: TestOptions,
  { tree, below }: Source,
  now: number,
): void {
  if (tree.gitTree === undefined) return;
  const summary = summarise(record);
  const verdicts = record.platforms
    .filter(({ complete }) => complete)
    .map(({ name }): StoredVerdict => {
      const counts = summary.platforms.get(name);
      const { passed = 0, failed = 0, skipped = 0, todo = 0, problems = 0, flaky = 0 } = counts ?? {};
      const isBad = failed + problems > 0 || (options.flaky === "fail" && flaky > 0);
      return {
        platform: name,
        verdict: isBad ? "failed" : "passed",
        at: now,
        run: record.run,
        tests: passed + failed + skipped + todo,
        failed: failed + problems,
      };
    });
  const configuration = configurationHash({ ...options, below, included: tree.included });
  store.saveVerdicts({ tree: tree.gitTree, configuration }, verdicts);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Who edits while tests run in the folder itself has tested something between the two trees. */
async function isStill(options: TestOptions, { tree }: Source): Promise<boolean> {
  if (options.rev !== undefined) return true;
  const { include, cacheFolder } = options;
  const now = await readTree(tree.root, { include, cacheFolder });
  return now.gitTree === tree.gitTree && now.included === tree.included;
}
