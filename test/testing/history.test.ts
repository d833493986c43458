import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { runCaelum } from "../helpers/run-caelum.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const flip = `import test from "node:test";
import fs from "node:fs";
test("flips", () => {
  if (fs.existsSync(process.env.FLIP)) return;
  fs.writeFileSync(process.env.FLIP, "");
  throw new Error("the first time");
});
`;

test("a run can be shown again, as text and as files, and leaves flakes and timings", async () => {
  const home = temporaryFolder();
  const cwd = path.join(home, "project");
  mkdirSync(cwd);
  writeFileSync(
    path.join(cwd, "package.json"),
    '{"name":"p","type":"module","scripts":{"test":"node --test"}}',
  );
  writeFileSync(
    path.join(cwd, "flip.test.js"),
    flip.replaceAll("process.env.FLIP", JSON.stringify(path.join(home, "flipped"))),
  );
  const env = { HOME: home, XDG_STATE_HOME: path.join(home, "state") };
  const run = (...args: string[]) => runCaelum(["test", ...args], { cwd, env });

  expect((await run("report")).exitCode).toBe(2);
  const first = await run();
  expect(first.exitCode).toBe(0);
  const again = await run("report", ".", "--report", "junit:junit.xml");
  expect(again.exitCode).toBe(0);
  expect(again.stdout).toBe(first.stdout);
  expect(readFileSync(path.join(cwd, "junit.xml"), "utf8")).toContain("<flakyFailure");
  const flaky = JSON.parse((await run("flaky", "--json")).stdout) as {
    times: number;
    test: { title: string[] };
  }[];
  expect(flaky).toMatchObject([{ times: 1, test: { title: ["flips"] } }]);
  expect((await run("timings")).stdout).toContain("flip.test.js (node:test)");
  expect(existsSync(path.join(cwd, "test-artifacts"))).toBe(false);
});
