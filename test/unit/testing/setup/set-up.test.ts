import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { detectSteps } from "../../../../src/testing/setup/detect-steps.ts";
import { secretHider, testEnvironment } from "../../../../src/testing/setup/environment.ts";
import { type SetupOutcome, setUp } from "../../../../src/testing/setup/index.ts";
import { keptFolders } from "../../../../src/testing/sync/host/kept-folders.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

const env = { PATH: process.env["PATH"] ?? "" };
const never = new AbortController().signal;

/** A workspace with slots `0`, `1` … of these files. */
function workspace(files: Readonly<Record<string, string>>, count = 1): string[] {
  const base = temporaryFolder();
  const folders = Array.from({ length: count }, (_, number) => path.join(base, String(number)));
  for (const folder of folders) write(folder, files);
  return folders;
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  }
}

/** A package of npm with one dependency, a folder: `npm ci` works without a network. */
const project = {
  "package.json": JSON.stringify({ name: "it", version: "1.0.0", dependencies: { dep: "file:./dep" } }),
  "dep/package.json": JSON.stringify({ name: "dep", version: "1.0.0" }),
  "package-lock.json": JSON.stringify({
    name: "it",
    version: "1.0.0",
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": { name: "it", version: "1.0.0", dependencies: { dep: "file:./dep" } },
      dep: { version: "1.0.0" },
      "node_modules/dep": { resolved: "dep", link: true },
    },
  }),
};

describe("set-up of slots", () => {
  test("npm ci runs once for a lock file, is shared between slots, and comes back by a rename", async () => {
    const folders = workspace(project, 2);
    const files = Object.keys(project);
    const first = await setUp({ folders, files, env }, never);
    expect(first).toMatchObject({ failures: [], ran: 1 });
    for (const folder of folders)
      expect(existsSync(path.join(folder, "node_modules/dep/package.json"))).toBe(true);
    expect([...keptFolders(folders[0]!)]).toEqual(["node_modules"]);
    expect(await setUp({ folders, files, env }, never)).toMatchObject({ ran: 0 });

    const marker = path.join(folders[0]!, "node_modules/.package-lock.json");
    const { ino } = statSync(marker);
    const other = { ...project, "package.json": project["package.json"].replace('"it"', '"that"') };
    for (const folder of folders) write(folder, other);
    expect(await setUp({ folders, files, env }, never)).toMatchObject({ ran: 1, failures: [] });
    expect(statSync(marker).ino).not.toBe(ino);
    for (const folder of folders) write(folder, project);
    expect(await setUp({ folders, files, env }, never)).toMatchObject({ ran: 0 });
    expect(statSync(marker).ino).toBe(ino);

    // Other steps, and back.
    await setUp({ folders, files, env, steps: [] }, never);
    expect(existsSync(path.join(folders[0]!, "node_modules"))).toBe(false);
    expect(await setUp({ folders, files, env }, never)).toMatchObject({ ran: 0 });
    expect(existsSync(path.join(folders[1]!, "node_modules/dep/package.json"))).toBe(true);
  });

  test("a step that fails is told with what it printed, and tried again", async () => {
    const [folder] = workspace({ "a.txt": "1" });
    const request = {
      folders: [folder!],
      files: ["a.txt"],
      env,
      steps: [
        {
          run: "echo to stdout; echo to stderr >&2; test -e ready || exit 3",
          name: "prepare",
          inputs: ["*.txt"],
        },
      ],
    };
    const failed = await setUp(request, never);
    expect(failed.failures).toEqual([
      { step: "prepare", folder: "", message: "it ended with exit code 3", output: "to stdout\nto stderr\n" },
    ]);
    write(folder!, { ready: "" });
    expect(await setUp(request, never)).toMatchObject({ failures: [], ran: 1 });
    expect(await setUp(request, never)).toMatchObject({ failures: [], ran: 0 });
  });

  test("what the tree brings is not installed in its place, unless it leads nowhere", async () => {
    const [folder] = workspace(project) as [string];
    const files = [...Object.keys(project), "node_modules"];
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere, path.join(folder, "node_modules"));
    expect(await setUp({ folders: [folder], files, env }, never)).toMatchObject({ ran: 0, failures: [] });
    expect(readlinkSync(path.join(folder, "node_modules"))).toBe(elsewhere);
    rmSync(elsewhere, { recursive: true });
    expect(await setUp({ folders: [folder], files, env }, never)).toMatchObject({ ran: 1, failures: [] });
  });

  test("a configured step runs again when its inputs change, in each slot, and every time without inputs", async () => {
    const folders = workspace({ "a.txt": "1" }, 2);
    const run = (inputs: string[]): Promise<SetupOutcome> =>
      setUp(
        { folders, files: ["a.txt"], env, steps: [{ run: "cp a.txt made", inputs, outputs: ["made"] }] },
        never,
      );
    expect(await run(["a.txt"])).toMatchObject({ ran: 2 });
    expect(await run(["a.txt"])).toMatchObject({ ran: 0 });
    for (const folder of folders) write(folder, { "a.txt": "2" });
    expect(await run(["a.txt"])).toMatchObject({ ran: 2 });
    expect(folders.map((folder) => readFileSync(path.join(folder, "made"), "utf8"))).toEqual(["2", "2"]);
    expect(await run([])).toMatchObject({ ran: 2 });
    expect(await run([])).toMatchObject({ ran: 2 });
  });

  test("an output that a test has removed is made again", async () => {
    const [folder] = workspace(project);
    const files = Object.keys(project);
    await setUp({ folders: [folder!], files, env }, never);
    rmSync(path.join(folder!, "node_modules"), { recursive: true });
    expect(await setUp({ folders: [folder!], files, env }, never)).toMatchObject({ ran: 1, failures: [] });
  });

  test("a step ends with all it started when it takes too long or the run is cancelled", async () => {
    const [folder] = workspace({});
    mkdirSync(folder!, { recursive: true });
    const step = { run: "sleep 600 & echo $! > pid; wait", timeoutMs: 300 };
    const { failures } = await setUp({ folders: [folder!], files: [], env, steps: [step] }, never);
    expect(failures[0]?.message).toBe("it took longer than 0.3 s");
    const pid = Number(readFileSync(path.join(folder!, "pid"), "utf8"));
    await expect.poll(() => existsSync(`/proc/${pid}`) && !isZombie(pid)).toBe(false);
  });

  test("a manager that is not there is named", async () => {
    const files = { "package.json": "{}", "pnpm-lock.yaml": "" };
    const [folder] = workspace(files);
    const { failures } = await setUp(
      { folders: [folder!], files: Object.keys(files), env: { PATH: "/nowhere" } },
      never,
    );
    expect(failures).toMatchObject([
      { step: "pnpm install --frozen-lockfile", message: "pnpm is not there" },
    ]);
  });

  test(
    "an environment of Python is there in each slot, and first on the path",
    { timeout: 180_000 },
    async () => {
      const folders = workspace({ "requirements.txt": "# nothing\n" }, 2);
      const done = await setUp({ folders, files: ["requirements.txt"], env }, never);
      expect(done).toMatchObject({ failures: [], ran: 1 });
      for (const [at, folder] of folders.entries()) {
        expect(done.env[at]?.["PATH"]?.split(path.delimiter)[0]).toBe(path.join(folder, ".venv/bin"));
        expect(readdirSync(path.join(folder, ".venv/bin"))).toContain("python");
      }
    },
  );
});

function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

const steps = (files: Readonly<Record<string, string>>): string[] =>
  detectSteps({ files: Object.keys(files).toSorted(), read: (file) => files[file] }).map(({ name }) => name);

describe("steps told from lock files", () => {
  test.each([
    [{ "package.json": "{}", "package-lock.json": "" }, ["npm ci --no-audit --no-fund"]],
    [{ "package.json": "{}", "yarn.lock": "" }, ["yarn install --frozen-lockfile"]],
    [{ "package.json": '{"packageManager": "yarn@4.1.0"}', "yarn.lock": "" }, ["yarn install --immutable"]],
    [
      { "package.json": '{"devDependencies":{"a":"1"}}' },
      ["npm install --no-audit --no-fund --no-package-lock"],
    ],
    [{ "package.json": '{"name":"no-needs"}' }, []],
    [{ "pyproject.toml": "", "uv.lock": "", "requirements.txt": "" }, ["uv sync --frozen"]],
    [{ "pyproject.toml": "", "poetry.lock": "" }, ["poetry install --no-interaction"]],
    [{ "go.mod": "", "go.sum": "" }, ["go mod download"]],
    [{ "Cargo.toml": "", "Cargo.lock": "" }, ["cargo fetch --locked"]],
    [{ Gemfile: "", "Gemfile.lock": "" }, ["bundle install --quiet"]],
    [{ "composer.json": "", "composer.lock": "" }, ["composer install --no-interaction --no-progress"]],
    [{ "pom.xml": "", "module/pom.xml": "" }, ["mvn -q -B dependency:go-offline"]],
  ] as const)("%j", (files, expected) => {
    expect(steps(files as Record<string, string>)).toEqual(expected);
  });

  test("packages of a workspace are part of its root; another lock file is a step of its own", () => {
    expect(
      steps({
        "package.json": '{"workspaces":["packages/*"]}',
        "package-lock.json": "",
        "packages/a/package.json": '{"dependencies":{"x":"1"}}',
        "docs/package.json": "{}",
        "docs/pnpm-lock.yaml": "",
      }),
    ).toEqual(["npm ci --no-audit --no-fund", "pnpm install --frozen-lockfile in docs"]);
  });
});

describe("the environment of tests", () => {
  test("holds what is set, passed and referred to, and tells which are secrets", () => {
    const root = temporaryFolder({ "token.txt": "from a file\n" });
    const settings = {
      env: { A: "plain", B: { from: "OWN" }, C: { file: "token.txt" } },
      passEnv: ["CI", "ABSENT"],
    };
    expect(testEnvironment(settings, { OWN: "secret", CI: "1", HOME: "/" }, root)).toEqual({
      env: { A: "plain", B: "secret", C: "from a file", CI: "1" },
      secrets: ["B", "C"],
    });
  });

  test("says which reference leads nowhere", () => {
    const root = temporaryFolder();
    expect(() => testEnvironment({ env: { B: { from: "OWN" } }, passEnv: [] }, {}, root)).toThrow(
      "test.env.B: OWN is not set on this machine",
    );
    expect(() => testEnvironment({ env: { C: { file: "none" } }, passEnv: [] }, {}, root)).toThrow(
      'test.env.C: "none" cannot be read',
    );
  });

  test("secrets are hidden in lines of JSON, also those with quotes and of several lines", () => {
    const secret = 'first "line"\nsecond line';
    const hide = secretHider({ env: { KEY: secret, SHORT: "a" }, secrets: ["KEY", "SHORT"] });
    const line = JSON.stringify({ all: `it is ${secret}!`, part: "second line", other: "a cat" });
    expect(JSON.parse(hide(line))).toEqual({ all: "it is [KEY]!", part: "[KEY]", other: "a cat" });
  });
});
