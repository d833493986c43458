import { readFileSync } from "node:fs";
import * as v from "valibot";
import { systemCode, UsageError } from "#kernel";
import type { Finding } from "./finding.ts";

const schema = v.object({
  version: v.literal(1),
  findings: v.array(v.looseObject({ fingerprint: v.string(), path: v.string() })),
});

/**
 * Findings that are known, by fingerprint: they move with their line and their file. Where a fingerprint stands for
 * several places, as many of them are known as the baseline has, those in the same files first.
 */
export class Baseline {
  readonly #known = new Map<string, string[]>();

  constructor(entries: readonly { fingerprint: string; path: string }[]) {
    for (const { fingerprint, path } of entries)
      this.#known.set(fingerprint, [...(this.#known.get(fingerprint) ?? []), path]);
  }

  /** A baseline file, or a JSON report of caelum. @throws UsageError */
  static read(file: string): Baseline {
    let content: unknown;
    try {
      content = JSON.parse(readFileSync(file, "utf8"));
    } catch (cause) {
      const why = systemCode(cause) ?? (cause instanceof Error ? cause.message : String(cause));
      throw new UsageError(`baseline "${file}" cannot be read: ${why}`, {
        cause,
        hint: "caelum analyze --format json --output FILE makes one",
      });
    }
    const checked = v.safeParse(schema, content);
    if (!checked.success) {
      const [issue] = checked.issues;
      const at = issue.path?.map(({ key }) => String(key)).join(".") ?? "";
      throw new UsageError(
        `baseline "${file}" is no baseline and no report of caelum: ${at} ${issue.message}`,
      );
    }
    return new Baseline(checked.output.findings);
  }

  known(findings: readonly Finding[]): Set<Finding> {
    const left = new Map([...this.#known].map(([fingerprint, paths]) => [fingerprint, [...paths]]));
    const known = new Set<Finding>();
    for (const finding of findings) {
      const paths = left.get(finding.fingerprint);
      const at = paths?.indexOf(finding.path) ?? -1;
      if (at < 0) continue;
      paths!.splice(at, 1);
      known.add(finding);
    }
    // What is left over stood in files that have another name now.
    for (const finding of findings) {
      if (!known.has(finding) && left.get(finding.fingerprint)?.pop() !== undefined) known.add(finding);
    }
    return known;
  }
}
