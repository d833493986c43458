import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { TestUnit } from "../../../../src/testing/model.ts";
import { pytest } from "../../../../src/testing/runners/pytest/index.ts";
import { hasProgram } from "../../../helpers/has-program.ts";
import { eventually, isAlive } from "../../../helpers/processes.ts";
import { endsByFile, fixtureSession, lines } from "../../../helpers/runner-session.ts";

/** Every pytest of this machine: the newest, and what Debian has. */
const pythons = ["python3", "/usr/bin/python3"].filter(
  (python) => spawnSync(python, ["-m", "pytest", "--version"]).status === 0,
);

/** A path on which `python3` is this one. */
function env(python: string): Record<string, string> {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const folder = path.dirname(python);
  return folder === "."
    ? environment
    : { ...environment, PATH: `${folder}${path.delimiter}${environment["PATH"]}` };
}

/** As a host gets it that has listed nothing itself. */
function unit(file: string): TestUnit {
  return { id: `|pytest|${file}`, project: "", runner: "pytest", file, bytes: 1 };
}

function loads(name: string): string {
  return `open("loaded-${name}", "w").close()\ndef test_${name}(): assert "x" == "x"\n`;
}

describe.skipIf(!hasProgram("python3")).each(pythons)("pytest of %s", (python) => {
  function tried(files: Readonly<Record<string, string>> = {}, options: { timeoutMs?: number } = {}) {
    return fixtureSession(pytest, "pytest", files, {
      env: env(python),
      ...options,
    });
  }

  test("all outcomes are told with their titles, and equal those of pytest's own report", async () => {
    const runner = tried();
    const { tests, ends } = await runner.run();
    expect(lines(tests)).toEqual([
      "passed test_adds",
      "failed test_compares",
      "skipped test_is_skipped",
      "skipped test_expected_to_fail",
      "failed test_passes_unexpectedly",
      "passed test_parametrised[a b]",
      "failed test_parametrised[[x]]",
      "passed test_parametrised[c::d]",
      String.raw`passed test_parametrised[\xe9]`,
      "passed TestSuite > test_inside",
      "passed TestSuite > TestInner > test_deeper",
      "failed test_without_fixture",
      "failed test_bad_end",
      "passed test_again",
      "skipped test_skipped_module.py",
    ]);
    expect(endsByFile(ends)).toEqual({
      "tests/test_outcomes.py": "done",
      "tests/test_session.py": "done",
      "tests/test_skipped_module.py": "done",
    });
    const alone = spawnSync(python, ["-m", "pytest", "-q", "-rA", "--tb=no"], {
      cwd: runner.context.project.folder,
      encoding: "utf8",
    });
    // The test whose clean-up fails counts there as passed and as an error.
    expect(alone.stdout).toContain("3 failed, 8 passed, 2 skipped, 1 xfailed, 2 errors");
    const compares = tests.find(({ test }) => test.title[0] === "test_compares");
    expect(compares?.failures?.[0]).toMatchObject({ file: "tests/test_outcomes.py", line: 11 });
    expect(compares?.failures?.[0]?.message).toContain("assert 'left' == 'right'");
    expect(tests.find(({ test }) => test.title[0] === "test_is_skipped")?.reason).toBe("not today");
    expect(tests.find(({ test }) => test.title.at(-1) === "test_deeper")?.output).toContain(
      "printed by a test",
    );
    expect(tests.find(({ test }) => test.title[0] === "test_bad_end")?.failures?.[0]?.message).toContain(
      "cannot clean up",
    );
  });

  test("what belongs to the session is set up once for all batches", async () => {
    const runner = tried({ "tests/conftest.py": COUNTING });
    const units = await runner.list();
    await runner.run({ units: units.slice(0, 1) });
    await runner.run({ units: units.slice(1, 2) });
    const trace = path.join(runner.context.project.folder, "trace");
    expect(readFileSync(trace, "utf8")).toBe("up ");
    await runner.stop();
    expect(readFileSync(trace, "utf8")).toBe("up down");
  });

  test("a split file gives exactly its tests in parts", async () => {
    const runner = tried();
    const [unit] = await runner.list();
    if (unit === undefined) throw new Error("nothing listed");
    expect(unit).toMatchObject({ tests: 13, splittable: true });
    for (const count of [2, 5, 12]) {
      const parts = (await pytest.split?.(unit, count, runner.context, new AbortController().signal)) ?? [];
      expect(parts).toHaveLength(count > 10 ? 12 : count);
      expect(parts.reduce((sum, part) => sum + (part.tests ?? 0), 0)).toBe(13);
      const whole = await runner.run({ units: [unit] });
      const split = await runner.run({ units: parts });
      expect(lines(split.tests)).toEqual(lines(whole.tests));
    }
  });

  test("a file is loaded where its tests run, and nowhere else", async () => {
    const runner = tried({ "tests/test_x.py": loads("x"), "tests/test_y.py": loads("y") });
    const { folder } = runner.context.project;
    const units = await runner.list();
    for (const name of ["x", "y"]) rmSync(path.join(folder, `loaded-${name}`));
    const { tests } = await runner.run({ units: units.filter(({ file }) => file.endsWith("test_x.py")) });
    expect(lines(tests)).toEqual(["passed test_x"]);
    expect(["x", "y"].map((name) => existsSync(path.join(folder, `loaded-${name}`)))).toEqual([true, false]);
  });

  test("files are loaded ahead as long as nothing is wanted, and no longer", async () => {
    const waits =
      'import os, time\nopen("loading-a", "w").close()\nwhile not os.path.exists("go"): time.sleep(0.01)\ndef test_a(): pass\n';
    const { context } = tried({
      "tests/test_a.py": waits,
      "tests/test_b.py": 'def test_b(): assert "b" == "b"\n',
      "tests/test_z.py": 'open("loaded-z", "w").close()\ndef test_z(): pass\n',
    });
    const { folder } = context.project;
    const session = await pytest.start(context);
    onTestFinished(() => session.stop());
    session.warm!();
    await eventually("the first file is being loaded", () => existsSync(path.join(folder, "loading-a")));
    const passed: string[] = [];
    const ran = session.run(
      ["tests/test_b.py", "tests/test_a.py"].map(unit),
      (event) =>
        void (
          event.type === "test" && passed.push(`${event.result.outcome} ${event.result.test.title.join()}`)
        ),
      new AbortController().signal,
    );
    writeFileSync(path.join(folder, "go"), "");
    await ran;
    expect(passed).toEqual(["passed test_b", "passed test_a"]);
    expect(existsSync(path.join(folder, "loaded-z"))).toBe(false);
  });

  test("a file that dies while it is loaded ahead costs the others nothing", async () => {
    const { context } = tried({
      "tests/test_a.py": 'import os\nopen("died", "w").close()\nos._exit(3)\n',
      "tests/test_b.py": "def test_b(): pass\n",
    });
    const session = await pytest.start(context);
    onTestFinished(() => session.stop());
    session.warm!();
    await eventually("it has died", () => existsSync(path.join(context.project.folder, "died")));
    const ends: string[] = [];
    await session.run(
      [unit("tests/test_b.py")],
      (event) => void (event.type === "unit.ended" && ends.push(event.end)),
      new AbortController().signal,
    );
    expect(ends).toEqual(["done"]);
  });

  test("where a conftest.py has a say in what is collected, it sees all tests", async () => {
    const says = "def pytest_collection_modifyitems(items):\n    if len(items) > 3: del items[1:]\n";
    const several = "def test_1(): pass\ndef test_2(): pass\n";
    const files = { "deep/test_x.py": several, "deep/test_y.py": several };
    for (const conftest of ["conftest.py", "deep/conftest.py"]) {
      const runner = tried({ ...files, [conftest]: says, "pytest.ini": "[pytest]\ntestpaths = deep\n" });
      const [unit] = await runner.list();
      expect(unit).toMatchObject({ file: "deep/test_x.py", tests: 1 });
      expect(lines((await runner.run({ units: [unit!] })).tests)).toEqual(["passed test_1"]);
    }
  });

  test("a folder whose conftest.py cannot be loaded costs its own files alone", async () => {
    const runner = tried({
      "deep/conftest.py": "import nowhere_to_be_found\n",
      "deep/test_x.py": "def test_x(): pass\n",
    });
    const { ends } = await runner.run({ units: ["deep/test_x.py", "tests/test_session.py"].map(unit) });
    expect(endsByFile(ends)).toEqual({ "deep/test_x.py": "broken", "tests/test_session.py": "done" });
    expect(ends.get("|pytest|deep/test_x.py")?.failure?.details).toContain("nowhere_to_be_found");
  });

  test("a file that hangs or dies while it is loaded is named, and the rest runs", async () => {
    const units = ["tests/test_a_dies.py", "tests/test_b_waits.py", "tests/test_session.py"].map(unit);
    const { ends } = await tried(
      {
        "tests/test_a_dies.py": "import os\nos._exit(3)\n",
        "tests/test_b_waits.py": "import time\ndef wait(): time.sleep(1000)\nwait()\n",
      },
      { timeoutMs: 8000 },
    ).run({ units });
    expect(endsByFile(ends)).toEqual({
      "tests/test_a_dies.py": "crashed",
      "tests/test_b_waits.py": "timeout",
      "tests/test_session.py": "done",
    });
    expect(ends.get("|pytest|tests/test_b_waits.py")?.failure?.details).toContain("in wait");
  });

  test("what cannot be loaded is broken, what kills the interpreter crashed, and the rest runs", async () => {
    const { ends, tests } = await tried({
      "tests/test_a_syntax.py": "def test_x(:\n",
      "tests/test_b_import.py": "import nowhere_to_be_found\n",
      "tests/test_c_kill.py":
        "import os, signal\ndef test_first(): pass\ndef test_kill(): os.kill(os.getpid(), signal.SIGKILL)\ndef test_never(): pass\n",
      "tests/test_d_exit.py": "import os\ndef test_exit(): os._exit(0)\n",
    }).run();
    expect(endsByFile(ends)).toEqual({
      "tests/test_a_syntax.py": "broken",
      "tests/test_b_import.py": "broken",
      "tests/test_c_kill.py": "crashed",
      "tests/test_d_exit.py": "crashed",
      "tests/test_outcomes.py": "done",
      "tests/test_session.py": "done",
      "tests/test_skipped_module.py": "done",
    });
    expect(lines(tests)).toContain("passed test_first");
    expect(ends.get("|pytest|tests/test_a_syntax.py")?.failure).toMatchObject({
      message: expect.stringMatching(/^SyntaxError: /),
      file: "tests/test_a_syntax.py",
      line: 1,
    });
    expect(ends.get("|pytest|tests/test_b_import.py")?.failure?.message).toContain("nowhere_to_be_found");
  });

  test("a hang is ended with the stacks of all threads, daemons with it, and the rest runs", async () => {
    const { ends, tests } = await tried(
      {
        "tests/test_a_hang.py": `import os, time
def test_before(): pass
def test_fork():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            open("daemon", "w").write(str(os.getpid()))
            time.sleep(1000)
        os._exit(0)
    while not os.path.exists("daemon"): time.sleep(0.01)
    print("daemon", open("daemon").read())
def wait_forever(): time.sleep(1000)
def test_hang(): wait_forever()
`,
      },
      { timeoutMs: 8000 },
    ).run();
    expect(endsByFile(ends)["tests/test_a_hang.py"]).toBe("timeout");
    expect(endsByFile(ends)["tests/test_outcomes.py"]).toBe("done");
    expect(ends.get("|pytest|tests/test_a_hang.py")?.failure?.details).toContain("wait_forever");
    const daemon = Number(
      /daemon (\d+)/.exec(tests.find(({ test }) => test.title[0] === "test_fork")?.output ?? "")?.[1],
    );
    await eventually("the daemon is gone", () => !isAlive(daemon));
  });
});

/** Leaves a trace of what it does, since pytest keeps what is printed. */
const COUNTING = `import pytest
def trace(text):
    with open("trace", "a") as file: file.write(text)
@pytest.fixture(scope="session")
def expensive():
    trace("up ")
    yield {"made": 1}
    trace("down")
@pytest.fixture
def unusable():
    raise RuntimeError("no database")
`;
