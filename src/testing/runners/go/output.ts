import { lineReader } from "../common/process.ts";
import type { Told } from "../common/unit-session.ts";

/**
 * Reads what a Go test binary prints with `-test.v`, as `go tool test2json` does: `=== RUN`, `=== CONT`, `=== NAME` say
 * whose output follows, `--- PASS` and its like how a test ended. From Go 1.20 on these lines begin with a SYN (0x16).
 * https://pkg.go.dev/cmd/test2json
 */
export class GoOutput {
  /** It has said PASS or FAIL about the whole. */
  concluded = false;
  /** Tests that have begun and not ended. */
  readonly open = new Set<string>();
  readonly write: (text: string) => void;
  readonly #run: Told;
  readonly #printed = new Map<string, string>();
  readonly #ended = new Set<string>();
  #current = "";

  constructor(run: Told) {
    this.#run = run;
    this.write = lineReader((line) => this.#take(line));
  }

  /** Whether any test has begun. */
  get begun(): boolean {
    return this.open.size + this.#ended.size > 0;
  }

  #take(line: string): void {
    // Output without a newline at its end may stand before a marked line.
    const mark = line.indexOf("\u0016");
    if (mark > 0) this.#print(line.slice(0, mark));
    const text = line.slice(mark + 1);
    const status = /^(.*?)=== (RUN|PAUSE|CONT|NAME) {2,3}(\S.*)$/.exec(text);
    if (status !== null) {
      if (status[1] !== "") this.#print(status[1] ?? "");
      return this.#switch(status[2] ?? "", status[3] ?? "");
    }
    const ended = /^\s*--- (PASS|FAIL|SKIP): (.+) \((\d+(?:\.\d+)?)s\)$/.exec(text);
    if (ended !== null) return this.#end(ended[1] ?? "", ended[2] ?? "", Number(ended[3]) * 1000);
    if (/^(?:PASS|FAIL)$/.test(text)) this.concluded = true;
    else if (text !== "" || mark < 0) this.#print(`${text}\n`);
  }

  #switch(what: string, name: string): void {
    this.#current = what === "PAUSE" ? "" : name;
    if (what === "RUN") {
      this.open.add(name);
      this.#run.testStarted(name.split("/"));
    }
  }

  #print(text: string): void {
    const before = this.#printed.get(this.#current) ?? "";
    if (before.length < 64_000) this.#printed.set(this.#current, before + text);
  }

  #end(result: string, name: string, ms: number): void {
    // What is printed by a benchmark or a test that prints such lines itself.
    if (!this.open.delete(name)) return;
    this.#ended.add(name);
    this.#current = name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : "";
    const output = (this.#printed.get(name) ?? "").trimEnd();
    const title = name.split("/");
    if (result === "PASS") this.#run.test({ title, outcome: "passed", ms, output });
    else if (result === "SKIP") this.#run.test({ title, outcome: "skipped", ms, reason: messageOf(output) });
    else
      this.#run.test({
        title,
        outcome: "failed",
        ms,
        failures: [{ message: messageOf(output), details: output }],
      });
  }
}

/** `    math_test.go:12: sums differ` → `sums differ`. */
function messageOf(output: string): string {
  const log = /^\s*[\w.-]+\.go:\d+: (.*)$/m.exec(output)?.[1];
  return log ?? output.trim().split("\n", 1)[0] ?? "";
}
