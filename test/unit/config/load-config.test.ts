import { mkdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type Config, ConfigError, loadConfig } from "#config";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

/** Loads with `home/` as the home folder and `project/` (a git root) as the current one. */
async function load(
  files: Readonly<Record<string, string>>,
  { cwd = "project", env = {}, file }: { cwd?: string; env?: Record<string, string>; file?: string } = {},
): Promise<{ config: Config; folder: string }> {
  const folder = temporaryFolder({ "home/.keep": "", "project/.git/HEAD": "", ...files });
  mkdirSync(path.join(folder, cwd), { recursive: true });
  const config = await loadConfig({
    cwd: path.join(folder, cwd),
    env: { HOME: path.join(folder, "home"), XDG_CONFIG_HOME: path.join(folder, "home/.config"), ...env },
    file,
  });
  return { config, folder };
}

function originOf(config: Config, name: string) {
  return config.resolved.find((resolved) => resolved.name === name)?.origin;
}

/** The message of the ConfigError that loading ends in. */
async function problems(...args: Parameters<typeof load>): Promise<string> {
  const error: unknown = await load(...args).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message;
}

describe("where settings are found", () => {
  test.each([
    ["caelum.config.json", '{ "analyze": { "workers": 3 } }'],
    ["caelum.config.yaml", "analyze:\n  workers: 3\n"],
    ["caelum.config.js", "module.exports = { analyze: { workers: 3 } };"],
    ["caelum.config.cjs", "module.exports = { analyze: { workers: 3 } };"],
    ["caelum.config.mjs", "export default { analyze: { workers: 3 } };"],
    ["caelum.config.ts", "module.exports = { analyze: { workers: 3 as number } };"],
    [".caelumrc", "analyze: { workers: 3 }\n"],
    [".caelumrc.json", '{"analyze":{"workers":3}}'],
    [".caelumrc.yml", "analyze:\n  workers: 3\n"],
    ["package.json", '{ "name": "x", "caelum": { "analyze": { "workers": 3 } } }'],
  ])("%s", async (file, content) => {
    const { config, folder } = await load({ [`project/${file}`]: content });
    expect(config.values.analyze.workers).toBe(3);
    expect(config.files).toEqual([path.join(folder, "project", file)]);
  });

  test("a folder's nearest file upwards holds, up to the git root and not above it", async () => {
    const files = { "project/.caelumrc": "analyze: { workers: 3 }", ".caelumrc": "analyze: { workers: 9 }" };
    expect((await load(files, { cwd: "project/a/b" })).config.values.analyze.workers).toBe(3);
    expect(
      (await load({ ".caelumrc": "analyze: { workers: 9 }" })).config.values.analyze.workers,
    ).toBeUndefined();
  });

  test("without a repository the search ends at the home folder", async () => {
    const files = { "home/.caelumrc": "analyze: { workers: 3 }" };
    expect((await load(files, { cwd: "home/deep/er" })).config.values.analyze.workers).toBe(3);
  });

  test("outside of both only the current folder counts, so that nobody else's program is run", async () => {
    const files = { "other/caelum.config.cjs": "throw new Error('was run')" };
    expect((await load(files, { cwd: "other/deeper" })).config.files).toEqual([]);
  });

  test("a package.json without a caelum key does not end the search", async () => {
    const files = {
      "project/a/package.json": '{"name":"a"}',
      "project/.caelumrc": "analyze: { workers: 3 }",
    };
    expect((await load(files, { cwd: "project/a" })).config.values.analyze.workers).toBe(3);
  });

  test("a broken package.json that does not name caelum is somebody else's problem", async () => {
    expect((await load({ "project/package.json": '{ "name": ' })).config.files).toEqual([]);
  });

  test("an empty file says nothing", async () => {
    expect((await load({ "project/.caelumrc": "\n" })).config.files).toEqual([]);
    const given = await load({ "project/empty.yaml": "" }, { file: "empty.yaml" });
    expect(given.config.values.analyze.include).toEqual([]);
  });
});

describe("which value holds", () => {
  const files = {
    "project/caelum.config.yaml": "analyze:\n  workers: 3\n  maxCognitive: 20\n",
    "home/.config/caelum/config.yaml": "analyze:\n  workers: 5\n  maxCognitive: 30\n  maxCyclomatic: 40\n",
  };

  test("environment over project over user over default, each with its place", async () => {
    const { config, folder } = await load(files, { env: { CAELUM_ANALYZE_WORKERS: "7" } });
    expect(config.values.analyze).toMatchObject({
      workers: 7,
      maxCognitive: 20,
      maxCyclomatic: 40,
      cache: true,
    });
    expect(originOf(config, "analyze.workers")).toEqual({
      type: "environment",
      variable: "CAELUM_ANALYZE_WORKERS",
    });
    expect(originOf(config, "analyze.maxCognitive")).toEqual({
      type: "file",
      scope: "project",
      file: path.join(folder, "project/caelum.config.yaml"),
      line: 3,
      column: 3,
    });
    expect(originOf(config, "analyze.maxCyclomatic")).toMatchObject({ scope: "user", line: 4 });
    expect(originOf(config, "analyze.cache")).toEqual({ type: "default" });
  });

  test("--config takes the place of project and user files", async () => {
    const given = { ...files, "project/ci/strict.json": '{"analyze":{"maxCognitive":5}}' };
    const { config } = await load(given, { file: "ci/strict.json" });
    expect(config.values.analyze).toMatchObject({
      maxCognitive: 5,
      workers: undefined,
      maxCyclomatic: undefined,
    });
    expect(originOf(config, "analyze.maxCognitive")).toMatchObject({ scope: "given", line: 1 });
  });

  test("a path is relative to the file that names it, from the environment to the current folder", async () => {
    const withPath = { "project/caelum.config.yaml": "cache: { folder: ../kept }" };
    const first = await load(withPath, { cwd: "project/a/b" });
    expect(first.config.values.cache.folder).toBe(path.join(first.folder, "kept"));
    const second = await load(withPath, { cwd: "project/a", env: { CAELUM_CACHE_DIR: "here" } });
    expect(second.config.values.cache.folder).toBe(path.join(second.folder, "project/a/here"));
  });

  test.each([
    ["2 MB", 2_000_000],
    ["512KiB", 524_288],
    ["1.5 mb", 1_500_000],
    [4096, 4096],
  ])("a size of %j is %d bytes", async (value, bytes) => {
    const { config } = await load({
      "project/.caelumrc": JSON.stringify({ analyze: { maxFileSize: value } }),
    });
    expect(config.values.analyze.maxFileSize).toBe(bytes);
  });

  test.each([
    ["1", true],
    ["true", true],
    ["off", false],
    ["0", false],
  ])("an environment variable of %j means %j", async (text, value) => {
    const { config } = await load({}, { env: { CAELUM_ANALYZE_CACHE: text } });
    expect(config.values.analyze.cache).toBe(value);
  });

  test("an empty environment variable counts as unset", async () => {
    expect((await load(files, { env: { CAELUM_ANALYZE_WORKERS: "" } })).config.values.analyze.workers).toBe(
      3,
    );
  });
});

describe("what is wrong", () => {
  test("every problem is one line with file, line, column, path, what is expected and what stands there", async () => {
    const text = "analyze:\n  workers: many\n  maxCyclomatix: 3\n  include: [1, a]\nanalyse: {}\ncache: 5\n";
    expect(await problems({ "project/caelum.config.yaml": text })).toBe(
      [
        'caelum.config.yaml:2:12  analyze.workers must be a whole number from 1 to 256, got "many"',
        "caelum.config.yaml:3:3  analyze.maxCyclomatix is not a setting; did you mean maxCyclomatic?",
        "caelum.config.yaml:4:13  analyze.include[0] must be a text that is not empty, got 1",
        "caelum.config.yaml:5:1  analyse is not a setting; did you mean analyze?",
        "caelum.config.yaml:6:8  cache must be an object, got 5",
      ].join("\n"),
    );
  });

  test("in package.json the place is the place in package.json, tabs and all", async () => {
    const text = '{\n\t"name": "x",\n\t"caelum": {\n\t\t"analyze": { "workers": 0 }\n\t}\n}\n';
    expect(await problems({ "project/package.json": text })).toBe(
      "package.json:4:27  analyze.workers must be a whole number from 1 to 256, got 0",
    );
  });

  test.each([
    ["cjs", "module.exports = {\n  analyze: { submodules: 'yes' } };", "2:26"],
    ["mjs", "const own = {\n  submodules: 'yes',\n};\nexport default { analyze: own };", "2:15"],
    [
      "ts",
      "type A = object;\nexport default define({ analyze: {\n  'submodules': 'yes' } } satisfies A);\nfunction define<T>(all: T): T {\n  return all;\n}\n",
      "3:17",
    ],
  ])("in a program (%s) the place is where the value is written", async (extension, text, place) => {
    expect(await problems({ [`project/caelum.config.${extension}`]: text })).toBe(
      `caelum.config.${extension}:${place}  analyze.submodules must be true or false, got "yes"`,
    );
  });

  test("what a program computes has the place of what holds it", async () => {
    const text =
      "const a = [...[1]];\nmodule.exports = { analyze: {\n...{ submodules: 3 },\n  include: a } };";
    expect((await problems({ "project/caelum.config.cjs": text })).split("\n")).toEqual([
      "caelum.config.cjs:2:29  analyze.submodules must be true or false, got 3",
      "caelum.config.cjs:4:12  analyze.include[0] must be a text that is not empty, got 1",
    ]);
  });

  test.each([
    ["cjs", "\n  throw new Error('no such secret')", "2:9  could not be loaded: no such secret"],
    ["mjs", "export default {\n  a: 1,, };", "2:8  could not be loaded: Unexpected token ','"],
    ["mjs", "export default {\n  a: b };", "2:6  could not be loaded: b is not defined"],
    ["ts", "const a: number = 1;\nenum B { C }", "2:1  could not be loaded: TypeScript enum"],
  ])("a program (%s) that cannot run is named with place and reason: %j", async (extension, text, told) => {
    expect(await problems({ [`project/caelum.config.${extension}`]: text })).toContain(
      `caelum.config.${extension}:${told}`,
    );
  });

  test("an environment variable is named", async () => {
    expect(await problems({}, { env: { CAELUM_ANALYZE_WORKERS: "lots" } })).toBe(
      'CAELUM_ANALYZE_WORKERS  must be a whole number from 1 to 256, got "lots"',
    );
  });

  test("problems of all files are told at once", async () => {
    const lines = await problems({
      "project/.caelumrc": "nope: 1",
      "home/.config/caelum/config.yaml": "cache: { maxSize: big }",
    });
    expect(lines.split("\n")).toHaveLength(2);
  });

  test.each([
    ["caelum.config.yaml", "analyze:\n\t workers: 3", /^caelum\.config\.yaml:2:\d+ {2}Tabs are not allowed/],
    [
      "caelum.config.yaml",
      "analyze: {}\nanalyze: {}",
      /^caelum\.config\.yaml:2:1 {2}Map keys must be unique/,
    ],
    ["caelum.config.json", '{\n  "analyze": }', /^caelum\.config\.json:2:14 {2}is not JSON: value expected/],
    ["package.json", '{\n  "caelum": {},\n', /^package\.json:3:1 {2}is not JSON/],
    [
      "caelum.config.json",
      "[1]",
      /^caelum\.config\.json:1:1 {2}the configuration must be an object, got \[1\]/,
    ],
  ])("%s with %j is refused with its place", async (file, content, expected) => {
    expect(await problems({ [`project/${file}`]: content })).toMatch(expected);
  });

  test("a file given with --config must exist", async () => {
    expect(await problems({}, { file: "no.yaml" })).toBe("no.yaml  does not exist");
  });

  test("a name that every object inherits is no setting", async () => {
    expect(await problems({ "project/.caelumrc": "analyze: { constructor: 1 }" })).toContain(
      "analyze.constructor is not a setting",
    );
    expect(await problems({ "project/.caelumrc": "constructor: 1" })).toContain(
      "constructor is not a setting",
    );
  });
});

describe("settings with a shape inside", () => {
  test("what is wrong is told at its own place", async () => {
    const yaml = [
      "test:",
      "  setup:",
      "    - npm ci",
      "    - run: pip install .",
      "      inputs: setup.py",
      "  env:",
      "    TOKEN: { from: 3 }",
      "    1X: a",
      "  sync: { includes: [] }",
      "  timeout: soon",
      "",
    ].join("\n");
    const message = await problems({ "project/caelum.config.yaml": yaml });
    expect(message).toContain(
      "caelum.config.yaml:5:15  test.setup[1].inputs must be a list of glob patterns",
    );
    expect(message).toContain(
      "caelum.config.yaml:7:20  test.env.TOKEN.from must be the name of an environment variable",
    );
    expect(message).toContain("test.env.1X must be the name of an environment variable");
    expect(message).toContain("caelum.config.yaml:9:11  test.sync.includes");
    expect(message.split("\n").filter((line) => line.includes("TOKEN"))).toHaveLength(1);
    expect(message).toContain('test.timeout must be a time such as "30s"');
  });

  test("a key that is not known and one that is missing are told where they stand or should", async () => {
    const yaml = "test:\n  setup:\n    - runn: make\n  sync: { includes: [] }\n";
    expect((await problems({ "project/caelum.config.yaml": yaml })).split("\n")).toEqual([
      "caelum.config.yaml:3:7  test.setup[0] must be a mapping of run, name, folder, inputs, outputs and timeout; run is missing",
      "caelum.config.yaml:3:7  test.setup[0].runn is not known here: test.setup[0] must be a mapping of run, name, folder, inputs, outputs and timeout",
      "caelum.config.yaml:4:11  test.sync.includes is not known here: test.sync must be a mapping of include and maxSize",
    ]);
  });

  test("sizes and times are read, what is not said has its default", async () => {
    const yaml = "test:\n  timeout: 1.5m\n  sync: { include: [.env.test] }\nhook: { budget: 30 }\n";
    const { values } = (await load({ "project/caelum.config.yaml": yaml })).config;
    expect(values.test).toMatchObject({
      timeout: 90_000,
      sync: { include: [".env.test"], maxSize: 20_000_000_000 },
    });
    expect(values.hook.budget).toBe(30_000);
  });

  test("a runner of one's own needs nothing but its command", async () => {
    const yaml = "test: { generic: { run: make check } }\n";
    const { values } = (await load({ "project/caelum.config.yaml": yaml })).config;
    expect(values.test.generic).toEqual({ list: "", run: "make check", junit: "" });
  });
});
