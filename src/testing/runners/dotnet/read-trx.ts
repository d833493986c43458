import { XMLParser, XMLValidator } from "fast-xml-parser";
import * as v from "valibot";
import type { Reported } from "../common/batch.ts";

const list = <const Item extends v.GenericSchema>(item: Item) => v.optional(v.array(item), []);

const result = v.object({
  testId: v.string(),
  testName: v.string(),
  outcome: v.optional(v.string(), ""),
  duration: v.optional(v.string(), ""),
  Output: v.optional(
    v.object({
      StdOut: v.optional(v.string()),
      ErrorInfo: v.optional(
        v.object({ Message: v.optional(v.string(), ""), StackTrace: v.optional(v.string(), "") }),
      ),
    }),
  ),
});

const schema = v.object({
  TestRun: v.object({
    TestDefinitions: v.optional(
      v.object({
        UnitTest: list(
          v.object({ id: v.string(), TestMethod: v.object({ className: v.string(), name: v.string() }) }),
        ),
      }),
    ),
    Results: v.optional(v.object({ UnitTestResult: list(result) })),
  }),
});

/** Reads what `dotnet test --logger trx` writes: Visual Studio's test results. */
export function readTrx(xml: string): { tests: Reported[]; problem?: undefined } | { problem: string } {
  const text = xml.replace(/^\uFEFF/, "");
  const valid = XMLValidator.validate(text);
  if (valid !== true) return { problem: `it is no valid XML: line ${valid.err.line}: ${valid.err.msg}` };
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseAttributeValue: false,
    parseTagValue: false,
    isArray: (tag) => tag === "UnitTest" || tag === "UnitTestResult",
  });
  const read = v.safeParse(schema, emptyAsAbsent(parser.parse(text)));
  if (!read.success) return { problem: "it is no TRX file" };
  const { TestDefinitions, Results } = read.output.TestRun;
  const classes = new Map(
    (TestDefinitions?.UnitTest ?? []).map(({ id, TestMethod }) => [id, TestMethod.className]),
  );
  return { tests: (Results?.UnitTestResult ?? []).map((each) => reported(each, classes.get(each.testId))) };
}

/** The parser gives an empty text for an element without content. */
function emptyAsAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(emptyAsAbsent);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== "");
  return Object.fromEntries(entries.map(([key, inner]) => [key, emptyAsAbsent(inner)]));
}

function reported(each: v.InferOutput<typeof result>, className: string | undefined): Reported {
  const { testName, duration, Output } = each;
  const failed = !["Passed", "NotExecuted", "Inconclusive", "Pending"].includes(each.outcome);
  const { Message = "", StackTrace = "" } = Output?.ErrorInfo ?? {};
  const place = / in (.+):line (\d+)/.exec(StackTrace);
  const file = place?.[1];
  // Names of some adapters begin with the class.
  const name =
    className !== undefined && testName.startsWith(`${className}.`)
      ? testName.slice(className.length + 1)
      : testName;
  return {
    title: className === undefined ? [name] : [className, name],
    outcome: failed ? "failed" : each.outcome === "Passed" ? "passed" : "skipped",
    ms: millisecondsOf(duration),
    ...(failed
      ? {
          failures: [
            {
              message: Message || `the outcome is ${each.outcome || "missing"}`,
              details: `${Message}\n${StackTrace}`,
              ...(file === undefined ? {} : { file, line: Number(place?.[2]) }),
            },
          ],
        }
      : {}),
    ...(each.outcome === "NotExecuted" && Message !== "" ? { reason: Message } : {}),
    ...(Output?.StdOut === undefined ? {} : { output: Output.StdOut }),
  };
}

/** `00:00:01.2345678` */
function millisecondsOf(duration: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = duration.split(":").map(Number);
  return (hours * 3600 + minutes * 60 + seconds) * 1000;
}
