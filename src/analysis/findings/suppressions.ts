const MARK = "caelum-ignore:";
const COMMENT = /caelum-ignore:[ \t]*([\w./*-]+(?:[ \t]*,[ \t]*[\w./*-]+)*)[ \t]*(.*)$/;
/** What may stand before the mark where a line holds nothing but the comment. */
const ONLY_COMMENT = /^[\s/*#;%<!-]*$/;
/** What ends a comment is no part of the reason. */
const COMMENT_END = /\s*(?:\*\/|-->)\s*$/;

export interface Suppression {
  reason: string;
}

/**
 * `caelum-ignore: rule[, rule] reason`: in a comment behind the place, or on a line of its own above it. A rule is
 * named in full, by its last part behind a dot, or `*` for any.
 */
export class Suppressions {
  /** Line (from 1) → what is ignored there. */
  readonly #byLine = new Map<number, { rules: string[]; reason: string }[]>();

  constructor(text: string) {
    if (!text.includes(MARK)) return;
    const lines = text.split("\n");
    for (const [row, line] of lines.entries()) {
      const at = line.indexOf(MARK);
      if (at < 0) continue;
      const match = COMMENT.exec(line.slice(at).trimEnd());
      if (match === null) continue;
      const rules = match[1]!.split(",").map((rule) => rule.trim());
      const reason = match[2]!.replace(COMMENT_END, "").trim();
      const target = ONLY_COMMENT.test(line.slice(0, at)) ? nextCode(lines, row) : row;
      const there = this.#byLine.get(target + 1) ?? [];
      this.#byLine.set(target + 1, [...there, { rules, reason }]);
    }
  }

  for(ruleId: string, line: number): Suppression | undefined {
    return this.#byLine
      .get(line)
      ?.find(({ rules }) =>
        rules.some((rule) => rule === "*" || rule === ruleId || ruleId.endsWith(`.${rule}`)),
      );
  }
}

/** The row behind that is neither empty nor such a comment again. */
function nextCode(lines: readonly string[], row: number): number {
  let next = row + 1;
  while (next < lines.length) {
    const line = lines[next]!;
    const at = line.indexOf(MARK);
    if (line.trim() !== "" && !(at >= 0 && ONLY_COMMENT.test(line.slice(0, at)))) return next;
    next++;
  }
  return row;
}
