import path from "node:path";
import { expect, test } from "vitest";
import { DriverSession } from "../../../../src/testing/runners/common/driver-session.ts";
import type { Runner } from "../../../../src/testing/runners/runner.ts";
import { projectFolder, runnerSession } from "../../../helpers/runner-session.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

const unit = { id: "|slow|a", project: "", runner: "slow", file: "a", bytes: 1 };

/** A runner that is ready at once, and comes to its file late. */
const slow: Runner = {
  name: "slow",
  detect: () => undefined,
  list: async () => [unit],
  start: async (context) =>
    new DriverSession(
      {
        name: "slow",
        program: process.execPath,
        args: [path.join(context.project.folder, "driver.mjs")],
        env: context.env,
        startsForBatch: true,
      },
      context,
    ),
  reproduce: () => "slow a",
};

function tried(driver: string) {
  const files = { "driver.mjs": `import { writeSync } from "node:fs";\n${driver}` };
  return runnerSession(slow, projectFolder(temporaryFolder(files)), { timeoutMs: 1000 });
}

const say = "const say = (message) => writeSync(3, JSON.stringify(message) + '\\n');";

test("the time that a runner takes before it begins a file is not that file's", async () => {
  const { ends } = await tried(`${say}
    say({ type: "ready" });
    setTimeout(() => {
      for (const type of ["started", "ended"]) say({ type, unit: "${unit.id}", end: "done" });
      say({ type: "idle" });
    }, 1500);`).run();
  expect(ends.get(unit.id)?.end).toBe("done");
});

test("what a runner tells of a file's tests does not lengthen the time that the file has", async () => {
  const { ends } = await tried(`${say}
    say({ type: "ready" });
    setInterval(() => {
      say({ type: "started", unit: "${unit.id}" });
      say({ type: "running", unit: "${unit.id}", title: ["again"] });
    }, 100);`).run();
  expect(ends.get(unit.id)?.end).toBe("timeout");
});
