import { FileFindings } from "../findings/file-findings.ts";
import type { Finding, FindingFacts } from "../findings/finding.ts";
import { CancelledError } from "#kernel";
import { historyState, readAddedLines } from "../hotspots/index.ts";
import type { SecretSearch } from "./left-out-search.ts";
import { findSecrets, secretFindings } from "../secrets/index.ts";

export interface HistorySecrets {
  found: Finding[];
  told: NonNullable<SecretSearch["history"]>;
}

/**
 * Secrets in lines that any commit of any branch added, each told once, for the oldest commit that has it. What the files
 * of today still hold is their finding already. Where git fails, what was found before stays. Throws a CancelledError only.
 */
export async function secretsInHistory(
  root: string,
  files: readonly { path: string; facts: FindingFacts }[],
  signal: AbortSignal,
): Promise<HistorySecrets> {
  const state = await historyState(root, signal);
  if (state.state === "none") return { found: [], told: state };
  const today = new Set(
    files.flatMap(({ path, facts }) =>
      (facts.findings ?? []).map(({ fingerprint }) => `${path}\n${fingerprint}`),
    ),
  );
  const found = new Map<string, Finding>();
  let told: HistorySecrets["told"] = { state: state.state };
  try {
    for await (const { commit, day, path, line, text } of readAddedLines(root, signal)) {
      const secrets = findSecrets(text);
      if (secrets.length === 0) continue;
      const findings = new FileFindings(text);
      for (const one of secretFindings(text, secrets)) findings.add(one);
      for (const one of findings.finish().findings ?? []) {
        const key = `${path}\n${one.fingerprint}`;
        if (today.has(key)) continue;
        // Commits come newest first: the last one told is the oldest.
        found.set(key, {
          ...one,
          path,
          line: one.line + line - 1,
          endLine: one.endLine + line - 1,
          message: `in the git history, commit ${commit.slice(0, 12)} of ${day}: ${one.message} Removing it from the files does not remove it from the history.`,
        });
      }
    }
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    told = { state: "broken", reason: error instanceof Error ? error.message : String(error) };
  }
  return { found: [...found.values()], told };
}
