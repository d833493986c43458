import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { EventStream, systemClock, UsageError } from "#kernel";
import type { Finding } from "../findings/finding.ts";
import { analyze } from "../run/analyze.ts";
import { languageIds } from "../run/language-names.ts";
import type { RuleChoice } from "../rules/run-rules.ts";

export interface PatternSearch {
  root: string;
  /** Code with holes, as rules write it: `open($FILE, ...)`. */
  pattern: string;
  /** Id or name. */
  language: string;
  /** Globs; absent: everything. */
  include?: readonly string[];
  maxFileSize: number;
  workers: number;
  signal: AbortSignal;
  onProgress: (done: number, total: number) => void;
  /** Compiles the pattern; it is not to be trusted with this process. */
  check: NonNullable<RuleChoice["check"]>;
}

/** Every place that a pattern fits, by the engine of the rules. Rejects with a UsageError for a pattern that is none. */
export async function findPattern(search: PatternSearch): Promise<readonly Finding[]> {
  const [language] = languageIds([search.language]);
  const folder = mkdtempSync(path.join(tmpdir(), "caelum-pattern-"));
  const file = path.join(folder, "pattern.yaml");
  const rule = {
    id: "search",
    pattern: search.pattern,
    languages: [language],
    message: "found",
    severity: "INFO",
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ rules: [rule] }), { mode: 0o600 });
  const events = new EventStream("pattern", systemClock);
  let total = 0;
  let done = 0;
  events.subscribe((event) => {
    if (event.type === "files.found") total = event.files;
    if (event.type === "unit.finished") search.onProgress(Math.min((done += event.files), total), total);
  });
  const { maxFileSize, workers, include, signal, check } = search;
  try {
    const { found } = await analyze(
      search.root,
      {
        // Facts with the findings of one question would only fill the cache.
        cache: false,
        maxFileSize,
        workers,
        only: [language!],
        ...(include === undefined ? {} : { include }),
        limits: {},
        ruleChoice: { files: [file], cwd: folder, defaults: false, check },
      },
      { events, signal, clock: systemClock },
    );
    const [problem] = found.unsupportedRules;
    if (problem !== undefined) throw new UsageError(`the pattern cannot be used: ${problem.message}`);
    return found.findings;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
