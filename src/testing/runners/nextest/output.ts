import * as v from "valibot";
import { failureOf, titleOf } from "../cargo/output.ts";
import { lineReader } from "../common/process.ts";
import type { Told } from "../common/unit-session.ts";

const event = v.object({
  type: v.literal("test"),
  event: v.picklist(["started", "ok", "failed", "ignored"]),
  name: v.string(),
  exec_time: v.optional(v.number(), 0),
  stdout: v.optional(v.string(), ""),
  reason: v.optional(v.string()),
});

/**
 * Reads what `cargo nextest run --message-format libtest-json-plus` prints: a line for each test as it starts and ends. Tests are
 * called `package::binary$module::test`. https://nexte.st/docs/machine-readable/libtest-json
 */
export class NextestOutput {
  /** Names of tests that have ended. */
  readonly ended = new Set<string>();
  readonly write: (text: string) => void;
  readonly #told: Told;
  readonly #wanted: ReadonlySet<string>;

  /** `wanted`: tests of other names are nobody's here. */
  constructor(told: Told, wanted: Iterable<string>) {
    this.#told = told;
    this.#wanted = new Set(wanted);
    this.write = lineReader((line) => this.#take(line));
  }

  #take(line: string): void {
    const read = v.safeParse(event, parse(line));
    if (!read.success || read.output.event === "ignored") return;
    const { event: what, name, exec_time, stdout, reason } = read.output;
    // A number follows where nextest itself has tried again.
    const test = name.slice(name.indexOf("$") + 1).replace(/#\d+$/, "");
    if (!this.#wanted.has(test)) return;
    const title = titleOf(test);
    if (what === "started") return this.#told.testStarted(title);
    this.ended.add(test);
    const ms = exec_time * 1000;
    if (what === "ok") return this.#told.test({ title, outcome: "passed", ms });
    const details = [stdout.trim(), reason ?? ""].filter((part) => part !== "").join("\n");
    this.#told.test({ title, outcome: "failed", ms, failures: [failureOf(details)] });
  }
}

function parse(line: string): unknown {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
