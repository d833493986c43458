import * as v from "valibot";
import { fromText, optionalSetting, setting, type Section } from "../setting.ts";
import { duration, size, text, texts, wholeNumber } from "../shapes.ts";

const variable = v.pipe(
  v.string("the name of an environment variable"),
  v.regex(/^[A-Za-z_][A-Za-z0-9_()]*$/, "the name of an environment variable"),
);

const valuePhrase = 'a text, {from: "VARIABLE"} or {file: "path"}';
const value = v.union(
  [
    v.string(),
    v.pipe(
      v.strictObject(
        { from: v.optional(variable), file: v.optional(text("the path of a file")) },
        valuePhrase,
      ),
      v.check(({ from, file }) => (from === undefined) !== (file === undefined), valuePhrase),
    ),
  ],
  valuePhrase,
);

const stepPhrase = "a command, or a mapping with `run`";
const step = v.union(
  [
    text(stepPhrase),
    v.strictObject(
      {
        run: text("a command"),
        name: v.optional(text()),
        folder: v.optional(text("a folder below the root")),
        inputs: v.optional(texts('a list of glob patterns, such as ["requirements*.txt"]')),
        outputs: v.optional(texts('a list of paths, such as ["node_modules"]')),
        timeout: v.optional(duration()),
      },
      "a mapping of run, name, folder, inputs, outputs and timeout",
    ),
  ],
  stepPhrase,
);

export const test = {
  description: "How `caelum test` brings a tree to hosts, prepares it there and runs its tests.",
  settings: {
    platforms: setting(texts('a list of platforms, such as ["linux", "win"]'), {
      description: "What every test has to pass on, where the command says nothing.",
      fallback: [],
      env: { name: "CAELUM_TEST_PLATFORMS", read: fromText.list },
    }),
    setup: optionalSetting(v.array(step, "a list of commands, or of mappings with `run`"), {
      description:
        "Steps before the tests, in the tree on each host; a step runs again when its `inputs` change and keeps its `outputs`. An empty list means none.",
      fallbackText: "detected from lock files",
    }),
    env: setting(v.record(variable, value, "a mapping of names to values"), {
      description:
        "Environment of set-up and tests. `{from: NAME}` takes a variable of this machine, `{file: PATH}` the content of a file, relative to the root of the tree; both count as secrets and never show in logs.",
      fallback: {},
    }),
    passEnv: setting(v.array(variable, "a list of names of variables"), {
      description: "Variables of this machine that set-up and tests get as they are.",
      fallback: [],
      env: { name: "CAELUM_TEST_PASS_ENV", read: fromText.list },
    }),
    sync: setting(
      v.strictObject(
        {
          include: v.optional(texts('a list of glob patterns, such as [".env.test"]'), []),
          maxSize: v.optional(size(), "20 GB"),
        },
        "a mapping of include and maxSize",
      ),
      {
        description:
          "`include`: files that git ignores and tests need. `maxSize`: of all workspaces on a host together; those unused for longest go.",
        fallback: { include: [], maxSize: 20_000_000_000 },
        fallbackText: "nothing more; 20 GB",
      },
    ),
    generic: optionalSetting(
      v.strictObject(
        {
          list: v.optional(v.string("a command that prints one file in a line"), ""),
          run: text("a command; `{files}` stands for the files"),
          junit: v.optional(v.string("the path of a JUnit XML file"), ""),
        },
        "a mapping of list, run and junit",
      ),
      {
        description: "A runner that caelum does not know: how to list, run and read it.",
        fallbackText: "none",
      },
    ),
    args: setting(v.record(text(), texts(), "a mapping of runners to lists of arguments"), {
      description: 'More arguments for a runner: `{pytest: ["-m", "not slow"]}`.',
      fallback: {},
    }),
    independent: setting(texts('a list of glob patterns, such as ["test/slow/**"]'), {
      description:
        "Test files of vitest, jest and mocha whose tests do not depend on each other: long ones are split over slots and hosts.",
      fallback: [],
    }),
    retry: setting(wholeNumber(0, 10), {
      description:
        "How often a failed test is tried again, on another host of its platform where there is one.",
      fallback: 1,
      env: { name: "CAELUM_TEST_RETRY", read: fromText.number },
    }),
    timeout: setting(duration(), {
      description: "A test file that takes longer is ended and counts as failed.",
      fallback: 600_000,
      fallbackText: '`"10m"`',
      env: { name: "CAELUM_TEST_TIMEOUT", read: fromText.text },
    }),
    flaky: setting(v.picklist(["pass", "fail"], '"pass" or "fail"'), {
      description: "Whether a test that failed and then passed lets the run pass.",
      fallback: "pass",
      env: { name: "CAELUM_TEST_FLAKY", read: fromText.text },
    }),
  },
} as const satisfies Section;
