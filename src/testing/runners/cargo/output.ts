import type { Reported } from "../common/batch.ts";
import { lineReader } from "../common/process.ts";

/**
 * Reads what Rust's test harness prints: `test a::b ... ok` for each test as it ends, what failed tests have printed after
 * all have. Stable Rust has no other format. https://doc.rust-lang.org/rustc/tests/index.html
 */
export class CargoOutput {
  /** It has printed its `test result:` line. */
  concluded = false;
  readonly write: (text: string) => void;
  readonly #test: (reported: Reported) => void;
  readonly #failed = new Map<string, { ms: number; printed: string[] }>();
  #section: string | undefined;
  #last = performance.now();
  #begun = false;

  constructor(test: (reported: Reported) => void) {
    this.#test = test;
    this.write = lineReader((line) => this.#take(line));
  }

  get begun(): boolean {
    return this.#begun;
  }

  /** Tells the failures with what their tests have printed, which comes last; without it if it never came. */
  finish(): void {
    for (const [name, { ms, printed }] of this.#failed) {
      const details = printed.join("\n").trim();
      this.#test({ title: titleOf(name), outcome: "failed", ms, failures: [failureOf(details)] });
    }
    this.#failed.clear();
  }

  #take(line: string): void {
    const result =
      /^test (.+?)(?: - should panic)? \.\.\. (?:.*?)(ok|FAILED|ignored(?:, .*)?)(?: <[\d.]+s>)?$/.exec(line);
    if (result !== null && this.#section === undefined) return this.#result(result[1] ?? "", result[2] ?? "");
    const section = /^---- (.+?)(?: - should panic)? (?:stdout|stderr) ----$/.exec(line)?.[1];
    if (section !== undefined && this.#failed.has(section)) this.#section = section;
    else if (line.startsWith("test result: ")) {
      this.concluded = true;
      this.#section = undefined;
    } else if (/^failures:$/.test(line)) this.#section = undefined;
    else if (this.#section !== undefined) this.#failed.get(this.#section)?.printed.push(line);
  }

  #result(name: string, outcome: string): void {
    this.#begun = true;
    // The harness tells no times: tests run side by side, and this is the time since the one before.
    const now = performance.now();
    const ms = now - this.#last;
    this.#last = now;
    if (outcome === "FAILED") this.#failed.set(name, { ms, printed: [] });
    else if (outcome === "ok") this.#test({ title: titleOf(name), outcome: "passed", ms });
    else
      this.#test({
        title: titleOf(name),
        outcome: "skipped",
        ms: 0,
        reason: outcome.replace(/^ignored(?:, )?/, ""),
      });
  }
}

/** `module::tests::adds` → its parts; doc tests are `src/lib.rs - name (line 3)`. */
export function titleOf(name: string): string[] {
  return / - .*\(line \d+\)/.test(name) ? [name] : name.split("::");
}

/** A panic as a failure, from what the test has printed. */
export function failureOf(details: string) {
  // Rust 1.73 and newer puts the message on the line after the place.
  const panic = /panicked at (?:'(.*)', )?(\S+?\.rs):(\d+):\d+:?\n?(.*)/s.exec(details);
  if (panic === null) return { message: details, details };
  const [, old, file, line, rest] = panic;
  const message = old ?? rest?.split("\n", 1)[0] ?? "";
  return {
    message: message || "panicked",
    details,
    ...(file === undefined ? {} : { file, line: Number(line) }),
  };
}
