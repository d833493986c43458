import * as v from "valibot";

const failure = v.object({
  message: v.string(),
  details: v.exactOptional(v.string()),
  file: v.exactOptional(v.string()),
  line: v.exactOptional(v.number()),
  expected: v.exactOptional(v.string()),
  actual: v.exactOptional(v.string()),
});

const messages = v.variant("type", [
  v.object({ type: v.literal("ready") }),
  v.object({ type: v.literal("failed"), message: v.string(), details: v.exactOptional(v.string()) }),
  v.object({ type: v.literal("started"), unit: v.string() }),
  v.object({ type: v.literal("running"), unit: v.string(), title: v.array(v.string()) }),
  v.object({
    type: v.literal("test"),
    unit: v.string(),
    title: v.array(v.string()),
    outcome: v.picklist(["passed", "failed", "skipped", "todo"]),
    ms: v.number(),
    file: v.exactOptional(v.string()),
    failures: v.exactOptional(v.array(failure)),
    reason: v.exactOptional(v.string()),
    retries: v.exactOptional(v.number()),
    output: v.exactOptional(v.string()),
  }),
  v.object({
    type: v.literal("ended"),
    unit: v.string(),
    end: v.picklist(["done", "broken", "crashed"]),
    failure: v.exactOptional(failure),
  }),
  v.object({ type: v.literal("idle") }),
  v.object({
    type: v.literal("listed"),
    units: v.array(
      v.object({
        file: v.string(),
        tests: v.exactOptional(v.number()),
        selection: v.exactOptional(v.array(v.string())),
        part: v.exactOptional(v.string()),
        splittable: v.exactOptional(v.boolean()),
      }),
    ),
  }),
]);

/** What a driver says: our program inside a runner's process, on a pipe of its own. Files are absolute. */
export type DriverMessage = v.InferOutput<typeof messages>;

/** Undefined for what is none: a test can write to any pipe of its process. */
export function readDriverMessage(line: string): DriverMessage | undefined {
  try {
    const read = v.safeParse(messages, JSON.parse(line));
    return read.success ? read.output : undefined;
  } catch {
    return undefined;
  }
}
