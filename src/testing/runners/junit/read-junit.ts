import { XMLParser, XMLValidator } from "fast-xml-parser";
import type { TestFailure, TestOutcome } from "../../model.ts";

/** One `testcase` of a report. */
export interface JunitCase {
  /** Names of the suites around it, outermost first. */
  suites: readonly string[];
  className?: string;
  name: string;
  file?: string;
  line?: number;
  outcome: TestOutcome;
  ms: number;
  failures: TestFailure[];
  reason?: string;
  /** Runs before the one that counts: `flakyFailure`, `rerunFailure` of Maven's Surefire and others. */
  retries: number;
  output?: string;
}

/** Reports come from anybody: what is no report says so in `problem`, with the line where there is one. */
export type JunitReport = { cases: JunitCase[]; problem?: undefined } | { problem: string };

/** An element as the parser gives it with `preserveOrder`: its name leads to its children. */
type Element = Record<string, unknown>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseAttributeValue: false,
  parseTagValue: false,
  trimValues: false,
  processEntities: true,
});

/** Reads JUnit XML in the dialects of its writers: `testsuites`, one `testsuite`, nested suites, no suite at all. */
export function readJunit(xml: string): JunitReport {
  const text = xml.replace(/^\uFEFF/, "");
  if (text.trim() === "") return { problem: "it is empty" };
  const valid = XMLValidator.validate(text);
  if (valid !== true) return { problem: `it is no valid XML: line ${valid.err.line}: ${valid.err.msg}` };
  let roots: Element[];
  try {
    roots = parser.parse(text) as Element[];
  } catch (error) {
    return { problem: `it cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  const root = roots.find((element) => ["testsuites", "testsuite", "testcase"].includes(nameOf(element)));
  if (root === undefined)
    return { problem: `it is no JUnit report: <${roots.map(nameOf).find(isName) ?? "?"}>` };
  return { cases: [...casesIn(root, [])] };
}

function* casesIn(element: Element, suites: readonly string[]): Generator<JunitCase> {
  const name = nameOf(element);
  if (name === "testcase") return void (yield readCase(element, suites));
  if (name !== "testsuite" && name !== "testsuites") return;
  const own = name === "testsuite" ? attribute(element, "name") : undefined;
  const inner = own === undefined || own === "" ? suites : [...suites, own];
  for (const child of childrenOf(element)) yield* casesIn(child, inner);
}

function readCase(element: Element, suites: readonly string[]): JunitCase {
  const children = childrenOf(element);
  const named = (...names: string[]): Element[] => children.filter((child) => names.includes(nameOf(child)));
  const failures = named("failure", "error").map(readFailure);
  const [skipped] = named("skipped", "disabled", "ignored");
  const again = named("flakyFailure", "flakyError", "rerunFailure", "rerunError");
  const className = attribute(element, "classname") ?? attribute(element, "class");
  const file = attribute(element, "file") ?? attribute(element, "filepath");
  const line = Number(attribute(element, "line") ?? attribute(element, "lineno"));
  const reason = skipped === undefined ? "" : (attribute(skipped, "message") ?? textOf(skipped).trim());
  const output = named("system-out", "system-err").map(textOf).join("");
  return {
    suites,
    ...(className === undefined || className === "" ? {} : { className }),
    name: attribute(element, "name") ?? "",
    ...(file === undefined ? {} : { file }),
    ...(Number.isInteger(line) && line > 0 ? { line } : {}),
    outcome: failures.length > 0 ? "failed" : skipped === undefined ? outcomeOf(element) : "skipped",
    ms: secondsOf(attribute(element, "time")) * 1000,
    failures,
    ...(reason === "" ? {} : { reason }),
    retries: again.length,
    ...(output.trim() === "" ? {} : { output }),
  };
}

/** Some writers, GoogleTest among them, tell in an attribute that a test did not run. */
function outcomeOf(element: Element): TestOutcome {
  const told = [attribute(element, "status"), attribute(element, "result")];
  return told.some((value) => /^(?:notrun|skipped|disabled|ignored|suppressed)$/i.test(value ?? ""))
    ? "skipped"
    : "passed";
}

function readFailure(element: Element): TestFailure {
  const message = attribute(element, "message") ?? "";
  const type = attribute(element, "type") ?? "";
  const text = textOf(element).trim();
  return {
    message: message || text || type,
    details: text === "" ? [type, message].filter((part) => part !== "").join(": ") : text,
  };
}

/** `1,234.5` and `0.1`; some locales write `0,1`. */
function secondsOf(time: string | undefined): number {
  const text = time ?? "";
  const plain = /^\d+,\d{1,2}$/.test(text) ? text.replace(",", ".") : text.replaceAll(",", "");
  const seconds = Number(plain);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}

function isName(name: string): boolean {
  return name !== "" && !name.startsWith("?") && !name.startsWith("#");
}

function nameOf(element: Element): string {
  return Object.keys(element).find((key) => key !== ":@") ?? "";
}

function childrenOf(element: Element): Element[] {
  const children = element[nameOf(element)];
  return Array.isArray(children) ? (children as Element[]) : [];
}

function attribute(element: Element, name: string): string | undefined {
  const value = (element[":@"] as Record<string, unknown> | undefined)?.[name];
  return typeof value === "string" ? value : undefined;
}

function textOf(element: Element): string {
  return childrenOf(element)
    .map((child) => ("#text" in child ? String(child["#text"]) : textOf(child)))
    .join("");
}
