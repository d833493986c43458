import { describe, expect, test } from "vitest";
import { startCaelum } from "../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

/** A configuration that takes for ever to load, and says when it has begun. */
const endless = {
  "caelum.config.mjs": 'process.stderr.write("loading\\n"); await new Promise((ok) => setTimeout(ok, 1e6));',
};

function startEndless() {
  const running = startCaelum(["config", "show"], { cwd: temporaryFolder(endless) });
  const begun = new Promise<void>((resolve) => running.stderr.once("data", () => resolve()));
  return { running, begun };
}

describe("signals", () => {
  test("a second ctrl-C ends the process at once with 130", async () => {
    const { running, begun } = startEndless();
    await begun;
    running.kill("SIGINT");
    const second = setInterval(() => running.kill("SIGINT"), 100);
    const { exitCode, stdout } = await running;
    clearInterval(second);
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: "" });
  });

  test("work that does not stop when told to is ended after a while", async () => {
    const { running, begun } = startEndless();
    await begun;
    running.kill("SIGTERM");
    const { exitCode, stderr } = await running;
    expect({ exitCode, stderr }).toEqual({
      exitCode: 130,
      stderr: "loading\nerror: cancelled by SIGTERM  CAELUM_CANCELLED\n",
    });
  });
});

describe("a reader that has had enough", () => {
  test("ends the command without an error", async () => {
    const running = startCaelum(["config", "show"]);
    running.stdout.destroy();
    const { stderr, exitCode } = await running;
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  });
});
