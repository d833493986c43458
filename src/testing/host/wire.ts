import * as v from "valibot";
import type { ConfiguredStep } from "../setup/step.ts";
import type { OpenTree, PlaceContent, UnpackContents } from "../sync/requests.ts";

/**
 * What this machine and the host program say to each other: one JSON object a line, on the program's standard input and
 * output. `call` ties answers to a question. A line that says `bytes` is followed by so many raw ones. Everything a runner or a test prints travels inside `event`s, bounded.
 */
export type HostRequest =
  | ({ type: "open"; call: number } & OpenRequest)
  | { type: "list"; call: number; project: string; runner: string }
  | { type: "split"; call: number; unit: WireUnit; parts: number; times?: TestTimes }
  | { type: "run"; call: number; units: readonly WireUnit[] }
  | { type: "tree"; call: number; request: TreeRequest; bytes?: number }
  /** Ends the runners, so that all coverage is written, and says what there is to fetch. */
  | { type: "collect"; call: number }
  | { type: "fetch"; call: number; index: number; offset: number }
  | { type: "cancel"; call: number };

/** Milliseconds of tests in an earlier run, by their names. */
export type TestTimes = Readonly<Record<string, number>>;

/** A step of a sync; see `sync/requests.ts`. */
export type TreeRequest =
  | ({ step: "open" } & OpenTree)
  | ({ step: "unpack" } & UnpackContents)
  | ({ step: "place" } & PlaceContent)
  | { step: "finish"; tree: string }
  | { step: "release"; tree: string };

/** How everything on this host is run. */
export interface OpenRequest {
  /** The tree, once for each slot; the same folder each time where it is tested in place. Absolute. */
  folders: readonly string[];
  /** The folder of the tree that is tested, with `/`; `""`: all of it. */
  below: string;
  /** All files below that folder, relative to it, with `/`. */
  files: readonly string[];
  /** Bound of a unit. */
  timeoutMs: number;
  /** Added to the environment of everything that is started. */
  env: Readonly<Record<string, string>>;
  generic?: { list: string; run: string; junit: string };
  /** More arguments by runner. */
  args: Readonly<Record<string, readonly string[]>>;
  coverage: boolean;
  /** What is done before, in workspaces; absent: the folders are the user's own. `files`: of the whole tree. */
  setup?: { files: readonly string[]; steps?: readonly ConfiguredStep[] };
  /** Names of variables in `env` whose values nobody may see. */
  secrets: readonly string[];
  /** Runners that are started at once, in so many slots; without `kind`, that of a tree that has one alone. */
  warm?: { slots: number; kind?: string };
  /** Globs of files to collect from each slot's folder; empty: none. */
  artifacts: readonly string[];
}

const text = v.pipe(v.string(), v.maxLength(4_000_000));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const ms = v.pipe(v.number(), v.finite(), v.minValue(0));

const unit = v.object({
  id: text,
  project: text,
  runner: text,
  file: text,
  bytes: v.pipe(v.number(), v.finite(), v.minValue(0)),
  tests: v.exactOptional(count),
  selection: v.exactOptional(v.array(text)),
  pattern: v.exactOptional(text),
  splittable: v.exactOptional(v.boolean()),
});
export type WireUnit = v.InferOutput<typeof unit>;

const failure = v.object({
  message: text,
  details: v.exactOptional(text),
  file: v.exactOptional(text),
  line: v.exactOptional(v.number()),
  expected: v.exactOptional(text),
  actual: v.exactOptional(text),
});

const result = v.object({
  test: v.object({ project: text, runner: text, file: text, title: v.array(text), ordinal: count }),
  outcome: v.picklist(["passed", "failed", "skipped", "todo"]),
  ms,
  failures: v.exactOptional(v.array(failure)),
  reason: v.exactOptional(text),
  retries: v.exactOptional(count),
  output: v.exactOptional(text),
});

const event = v.variant("type", [
  v.object({ type: v.literal("unit.started"), unit: text }),
  v.object({
    type: v.literal("test"),
    unit: text,
    result,
    /** For failures: the command for this one test. */
    reproduce: v.exactOptional(text),
  }),
  v.object({
    type: v.literal("unit.ended"),
    unit: text,
    end: v.picklist(["done", "broken", "crashed", "timeout", "cancelled"]),
    ms,
    failure: v.exactOptional(failure),
    /** Unless it is done: the command for it, or for the test that ran when it was ended. */
    reproduce: v.exactOptional(text),
    /** What its runner printed beside its results: the last of it. */
    log: v.exactOptional(text),
  }),
]);
export type WireEvent = v.InferOutput<typeof event>;

const messages = v.variant("type", [
  v.object({ type: v.literal("ready"), node: text, platform: text, arch: text, cores: count }),
  v.object({ type: v.literal("answer"), call: count, value: v.unknown() }),
  v.object({
    type: v.literal("failed"),
    call: count,
    /** `runner`: the user's project is at fault, with what the runner said · `host`: the host is. */
    fault: v.picklist(["runner", "host"]),
    message: text,
    details: v.exactOptional(text),
  }),
  v.object({ type: v.literal("event"), call: count, event }),
]);
export type HostMessage = v.InferOutput<typeof messages>;

const tool = v.object({ name: text, hint: text });

export const answers = {
  opened: v.object({
    projects: v.array(
      v.object({
        project: text,
        runner: text,
        because: text,
        /** Tools that are not there. */
        missing: v.array(tool),
        /** If coverage is wanted: what is not there for that; `never`: its runner cannot be measured. */
        unmeasured: v.exactOptional(v.union([v.literal("never"), v.array(tool)])),
      }),
    ),
    /** Nothing was found that can be run: what to do about it. */
    unknown: v.exactOptional(v.object({ message: text, hint: text })),
  }),
  units: v.object({ units: v.array(unit) }),
  treeOpened: v.object({
    tree: text,
    slots: v.array(v.object({ number: count, folder: text })),
    missing: v.array(count),
  }),
  treeFinished: v.object({
    missing: v.array(count),
    written: count,
    removed: count,
    notes: v.array(text),
  }),
  collected: v.object({
    files: v.array(
      v.variant("kind", [
        v.object({ kind: v.literal("coverage"), project: text, root: text, name: text }),
        v.object({ kind: v.literal("artifact"), unit: text, name: text }),
      ]),
    ),
  }),
  /** Base64. */
  part: v.object({ data: v.pipe(v.string(), v.maxLength(8_000_000)), end: v.boolean() }),
};
export type CollectedFile = v.InferOutput<typeof answers.collected>["files"][number];
export type OpenedProjects = v.InferOutput<typeof answers.opened>;

export type AnswerKind = keyof typeof answers;

/** No line of ours is longer; one that is comes from somebody else. */
export const longestLine = 64 << 20;

/** @throws ValiError, SyntaxError for what is no message of a host program */
export function readHostMessage(line: string): HostMessage {
  return v.parse(messages, JSON.parse(line));
}

/** @throws ValiError */
export function readAnswer<K extends AnswerKind>(
  kind: K,
  value: unknown,
): v.InferOutput<(typeof answers)[K]> {
  return v.parse(answers[kind], value) as v.InferOutput<(typeof answers)[K]>;
}
