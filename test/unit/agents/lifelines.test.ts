import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, onTestFinished, test } from "vitest";
import { openSession, SessionLostError } from "#agents";
import { localHost } from "#fleet";
import { eventually, isAlive, isBusy } from "../../helpers/processes.ts";
import { ask, builtForTests, localSession } from "../../helpers/local-session.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const posix = process.platform !== "win32";

describe("whatever dies, nothing of ours stays", () => {
  test("kill -9 of the agent rejects all that was open and ends its workers, even those that spin", async () => {
    const lost: Error[] = [];
    const session = await localSession({ onLost: (error) => lost.push(error) });
    const workers = await session.startWorkers({ ...(await builtForTests()), slots: 2 });
    const pids = await Promise.all([ask(workers, "pid-later"), ask(workers, "pid-later")]);
    const open = [ask(workers, "spin"), ask(workers, "spin"), ask(workers, "echo waiting"), session.facts()];
    const outcomes = Promise.allSettled(open);
    // An answer that arrives shows that what was sent before it has arrived too.
    await session.missingBlobs(["0".repeat(64)]);
    for (const pid of pids) await eventually(`worker ${pid} spins`, () => isBusy(Number(pid)));
    process.kill(session.hello.pid, "SIGKILL");
    for (const outcome of (await outcomes).slice(0, 3)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: expect.any(SessionLostError) as unknown });
    }
    expect(await session.ended).toBe(lost[0]);
    await expect(ask(workers, "echo late")).rejects.toThrow(SessionLostError);
    for (const pid of pids) await eventually(`worker ${pid} has ended`, () => !isAlive(Number(pid)));
  });

  test.runIf(posix)(
    "kill -9 of the controller ends agent, spinning workers, commands and what those started",
    async () => {
      const { agent, bundle } = await builtForTests();
      const fixture = path.resolve(import.meta.dirname, "../../fixtures/agents/controller.ts");
      const controller = spawn(process.execPath, [fixture, agent.path, bundle.path, temporaryFolder()], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      onTestFinished(() => void controller.kill("SIGKILL"));
      const [line] = (await once(createInterface(controller.stdout), "line")) as [string];
      const pids = JSON.parse(line) as number[];
      expect(pids).toHaveLength(5);
      for (const pid of pids) expect(isAlive(pid)).toBe(true);
      controller.kill("SIGKILL");
      for (const pid of pids) await eventually(`process ${pid} has ended`, () => !isAlive(pid));
    },
  );

  test.runIf(posix)("a frozen agent is noticed, and ends once the controller has given it up", async () => {
    const { agent } = await builtForTests();
    const host = { ...localHost, agentFolder: temporaryFolder() };
    const session = await openSession(host, { agent, silenceMs: 1500 });
    process.kill(session.hello.pid, "SIGSTOP");
    const error = await session.ended;
    expect(error?.message).toMatch(/nothing was heard/);
    process.kill(session.hello.pid, "SIGCONT");
    await eventually("the agent has ended", () => !isAlive(session.hello.pid));
  });

  test("closing a session ends its agent, workers and commands", async () => {
    const session = await localSession();
    const workers = await session.startWorkers({ ...(await builtForTests()), slots: 1 });
    const worker = Number(await ask(workers, "pid"));
    const command = await session.exec(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await session.close();
    expect(await session.ended).toBeUndefined();
    for (const pid of [session.hello.pid, worker, command.pid]) {
      await eventually(`process ${pid} has ended`, () => !isAlive(pid));
    }
    await expect(session.facts()).rejects.toThrow(/closed/);
  });

  test("an agent that does not start is explained by what it said", async () => {
    const { agent } = await builtForTests();
    const host = { ...localHost, name: "desk", agentFolder: path.join(agent.path, "not-a-folder") };
    await expect(openSession(host, { agent })).rejects.toMatchObject({
      code: "CAELUM_AGENT_START",
      message: expect.stringMatching(
        /host "desk": it ended with exit code 1; it said: .*ENOTDIR/s,
      ) as unknown,
    });
  });
});
