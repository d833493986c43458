import type { Reported } from "../common/batch.ts";
import { lineReader } from "../common/process.ts";
import type { Told } from "../common/unit-session.ts";

/**
 * Reads TeamCity's service messages, which PHPUnit writes as its tests run:
 * `##teamcity[testFailed name='adds' message='…' duration='3' flowId='1']`.
 * https://www.jetbrains.com/help/teamcity/service-messages.html
 */
export class TeamcityOutput {
  /** Suites that have begun and not ended. */
  #suites = 0;
  #begun = false;
  #open: (Reported & { failures: { message: string; details: string }[] }) | undefined;
  readonly write: (text: string) => void;
  readonly #run: Told;

  constructor(run: Told) {
    this.#run = run;
    this.write = lineReader((line) => this.#take(line));
  }

  /** All that began has ended. */
  get concluded(): boolean {
    return this.#begun && this.#suites === 0 && this.#open === undefined;
  }

  get begun(): boolean {
    return this.#begun;
  }

  #take(line: string): void {
    // Tests print without newlines.
    const at = line.indexOf("##teamcity[");
    if (at < 0) return;
    const message = /^##teamcity\[(\w+)(.*)\]\s*$/s.exec(line.slice(at));
    if (message === null) return;
    const values = attributes(message[2] ?? "");
    const open = this.#open;
    switch (message[1]) {
      case "testSuiteStarted":
        this.#begun = true;
        this.#suites += 1;
        break;
      case "testSuiteFinished":
        this.#suites -= 1;
        break;
      case "testStarted":
        this.#begun = true;
        this.#open = { title: titleOf(values), outcome: "passed", ms: 0, failures: [] };
        this.#run.testStarted(this.#open.title);
        break;
      case "testFailed":
        if (open === undefined) break;
        open.outcome = "failed";
        open.failures.push({
          message: values.get("message") ?? "",
          details: `${values.get("message")}\n${values.get("details")}`,
        });
        break;
      case "testIgnored":
        if (open === undefined) break;
        open.outcome = "skipped";
        open.reason = values.get("message") ?? "";
        break;
      case "testFinished":
        if (open === undefined) break;
        this.#open = undefined;
        this.#run.test({ ...open, ms: Number(values.get("duration") ?? 0) });
        break;
      default:
    }
  }
}

function attributes(text: string): Map<string, string> {
  const pairs = [...text.matchAll(/(\w+)='((?:\|.|[^'|])*)'/gs)];
  return new Map(pairs.map(([, name = "", value = ""]) => [name, unescape(value)]));
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  "|": "|",
  "'": "'",
  "[": "[",
  "]": "]",
};

function unescape(text: string): string {
  return text.replaceAll(/\|(?:0x([0-9a-fA-F]{4})|(.))/gs, (_, code: string | undefined, letter: string) =>
    code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** The class stands in the hint of the place: `php_qn:///a/MathTest.php::\App\MathTest::testAdds`. */
function titleOf(values: ReadonlyMap<string, string>): string[] {
  const className = /::\\?([\w\\]+)::/.exec(values.get("locationHint") ?? "")?.[1];
  const name = values.get("name") ?? "";
  return className === undefined ? [name] : [className, name];
}
