import { createHash } from "node:crypto";
import type { FileFinding, FindingFacts, FlowStep, Region, SuppressedFileFinding } from "./finding.ts";
import { Suppressions } from "./suppressions.ts";

/** Kept of one rule for one file: enough to act on, and a rule that matches everything fills no memory. */
const MOST_PER_RULE = 1000;
/** Characters of the found text that tell it apart. */
const MOST_IDENTITY = 4000;

/** A place as the engine knows it: UTF-16 offsets into the decoded text. */
export interface Range {
  start: number;
  end: number;
}

export type FoundStep = Range & Pick<FlowStep, "message">;

export type Found = Range &
  Pick<FileFinding, "ruleId" | "severity" | "confidence" | "cwe" | "message" | "fix"> & {
    flow?: readonly FoundStep[];
    /** What makes it the same finding in another version of the file; default: the text at the place. */
    identity?: string;
  };

/**
 * Gathers what is found in one file's text and makes facts of it: places as lines and columns, order, fingerprints,
 * and what `caelum-ignore` comments say. Nothing depends on the order of `add`.
 */
export class FileFindings {
  readonly #text: string;
  readonly #found: Found[] = [];
  readonly #gaveUp = new Set<string>();
  #rows: number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  add(found: Found): void {
    this.#found.push(found);
  }

  /** A rule that would have taken too long here. */
  giveUp(ruleId: string): void {
    this.#gaveUp.add(ruleId);
  }

  finish(): FindingFacts {
    const gaveUp = this.#gaveUp.size === 0 ? {} : { gaveUp: [...this.#gaveUp].toSorted() };
    if (this.#found.length === 0) return gaveUp;
    const kept = this.#keep();
    const suppressions = new Suppressions(this.#text);
    const seen = new Map<string, number>();
    const findings: FileFinding[] = [];
    const suppressed: SuppressedFileFinding[] = [];
    for (const found of kept.found) {
      const finding = this.#finding(found, seen);
      const comment = suppressions.for(finding.ruleId, finding.line);
      if (comment === undefined) findings.push(finding);
      else suppressed.push({ ...finding, ...(comment.reason === "" ? {} : { reason: comment.reason }) });
    }
    return {
      ...gaveUp,
      ...(findings.length === 0 ? {} : { findings }),
      ...(suppressed.length === 0 ? {} : { suppressed }),
      ...(kept.cut === undefined ? {} : { cutFindings: kept.cut }),
    };
  }

  /** In order of place, without what is said twice. */
  #keep(): { found: Found[]; cut: Record<string, number> | undefined } {
    const ordered = this.#found.toSorted(
      (a, b) =>
        a.start - b.start || a.end - b.end || compare(a.ruleId, b.ruleId) || compare(a.message, b.message),
    );
    const found: Found[] = [];
    const counts = new Map<string, number>();
    const cut: Record<string, number> = {};
    let last: Found | undefined;
    for (const one of ordered) {
      if (
        last !== undefined &&
        one.start === last.start &&
        one.end === last.end &&
        one.ruleId === last.ruleId
      )
        continue;
      last = one;
      const count = (counts.get(one.ruleId) ?? 0) + 1;
      counts.set(one.ruleId, count);
      if (count > MOST_PER_RULE) cut[one.ruleId] = count - MOST_PER_RULE;
      else found.push(one);
    }
    return { found, cut: Object.keys(cut).length === 0 ? undefined : cut };
  }

  #finding(found: Found, seen: Map<string, number>): FileFinding {
    const { ruleId, severity, confidence, cwe, message, fix, flow, identity } = found;
    const written =
      identity ?? this.#text.slice(found.start, Math.min(found.end, found.start + MOST_IDENTITY));
    const same = `${ruleId}\n${written.replace(/\s+/g, " ")}`;
    const count = seen.get(same) ?? 0;
    seen.set(same, count + 1);
    return {
      ruleId,
      severity,
      confidence,
      cwe,
      ...this.#region(found),
      message,
      // The second of the same kind in a file is another finding, and stays it when lines move.
      fingerprint: createHash("sha256").update(`${same}\n${count}`).digest("hex").slice(0, 32),
      ...(fix === undefined ? {} : { fix }),
      ...(flow === undefined
        ? {}
        : { flow: flow.map((step) => ({ ...this.#region(step), message: step.message })) }),
    };
  }

  #region({ start, end }: Range): Region {
    const from = this.#position(start);
    const to = this.#position(end);
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }

  #position(offset: number): { line: number; column: number } {
    const rows = (this.#rows ??= rowStarts(this.#text));
    let low = 0;
    let high = rows.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (rows[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - rows[low]! + 1 };
  }
}

function rowStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
