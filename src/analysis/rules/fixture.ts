/** Lines that comments of a fixture speak about, by rule. */
export interface Fixture {
  wanted: Map<string, Set<number>>;
  unwanted: Map<string, Set<number>>;
  /** What is known to be wrong. */
  ignored: Map<string, Set<number>>;
}

const COMMENT =
  /(?:\/\/|#|\/\*|--|<!--)\s*(ruleid|ok|todoruleid|todook)\s*:\s*([\w./-]+(?:\s*,\s*[\w./-]+)*)/;

/** Each comment speaks about the next line that is no such comment. */
export function readFixture(text: string): Fixture {
  const fixture: Fixture = { wanted: new Map(), unwanted: new Map(), ignored: new Map() };
  const lines = text.split("\n");
  for (const [row, line] of lines.entries()) {
    const found = COMMENT.exec(line);
    if (found === null) continue;
    let next = row + 1;
    while (next < lines.length && (COMMENT.test(lines[next]!) || lines[next]!.trim() === "")) next++;
    const into =
      found[1] === "ruleid" ? fixture.wanted : found[1] === "ok" ? fixture.unwanted : fixture.ignored;
    for (const id of found[2]!.split(",").map((one) => one.trim())) {
      const known = into.get(id) ?? new Set();
      known.add(next + 1);
      into.set(id, known);
    }
  }
  return fixture;
}
