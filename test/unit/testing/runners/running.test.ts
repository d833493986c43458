import { execa } from "execa";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { testKey } from "../../../../src/testing/model.ts";
import { fixtureSession } from "../../../helpers/runner-session.ts";
import { projectRoot } from "../../../helpers/run-caelum.ts";
import { runnerCases } from "../../../helpers/testing/runner-cases.ts";

for (const { runner, fixture, file, write, hangs, dies, flaky, leaves, title } of runnerCases) {
  test(
    `${runner.name} names the test that ran when it hung or was killed, and how to run it alone`,
    { timeout: 120_000 },
    async () => {
      for (const [what, end] of [
        [hangs, "timeout"],
        [dies, "crashed"],
      ] as const) {
        const tried = fixtureSession(runner, fixture, { [file]: write(what) }, { timeoutMs: 5000 });
        const units = (await tried.list()).filter((unit) => file.startsWith(unit.file));
        const { events, tests } = await tried.run({ units });
        const ended = events.find((event) => event.type === "unit.ended");
        expect(ended).toMatchObject({ end, running: [title] });
        expect(ended?.failure?.message).toContain(`while "${title.join(" > ")}" ran`);
        expect(tests.map(({ outcome }) => outcome)).toEqual(["passed"]);
        const command = runner.reproduce({ file, title }, units[0]!);
        expect(command).toContain(title.at(-1));
        expect(runner.reproduce(undefined, units[0]!)).not.toContain(title.at(-1));
      }
    },
  );

  test(
    `a test of ${runner.name} that fails and then passes is the same test, in the same session`,
    { timeout: 60_000 },
    async () => {
      const tried = fixtureSession(runner, fixture, { [file]: write(flaky("seen")) });
      const units = (await tried.list()).filter((unit) => file.startsWith(unit.file));
      const first = await tried.run({ units });
      const again = await tried.run({ units });
      const outcomeOf = ({ tests }: typeof first): unknown =>
        tests.find(({ test }) => test.title.join() === title.join())?.outcome;
      expect([outcomeOf(first), outcomeOf(again)]).toEqual(["failed", "passed"]);
      const keysOf = ({ tests }: typeof first): string[] => tests.map(({ test }) => testKey(test)).toSorted();
      expect(keysOf(again)).toEqual(keysOf(first));
    },
  );

  test(
    `the command for a test of ${runner.name} runs that one alone, the one for its file all of it`,
    { timeout: 120_000 },
    async () => {
      const tried = fixtureSession(runner, fixture, { [file]: write(leaves("this"), leaves("other")) });
      const { folder } = tried.context.project;
      const [unit] = (await tried.list()).filter((each) => file.startsWith(each.file));
      const { tests } = await tried.run({ units: [unit!] });
      const { test: failed } = tests.find(({ test }) => test.title.join() === title.join())!;
      const left = (): boolean[] => ["this", "other"].map((name) => existsSync(path.join(folder, name)));
      expect(left()).toEqual([true, true]);
      for (const [name, wanted] of [
        [failed, [true, false]],
        [undefined, [true, true]],
      ] as const) {
        for (const each of ["this", "other"]) rmSync(path.join(folder, each), { force: true });
        const PATH = [path.join(projectRoot, "node_modules/.bin"), tried.context.env["PATH"]].join(
          path.delimiter,
        );
        const env = { ...tried.context.env, PATH };
        const command = runner.reproduce(name, unit!);
        const { exitCode, all } = await execa("sh", ["-c", command], {
          cwd: folder,
          env,
          extendEnv: false,
          reject: false,
          all: true,
        });
        expect(left(), `${command}\n${all}`).toEqual(wanted);
        expect(exitCode).not.toBe(0);
      }
    },
  );
}
