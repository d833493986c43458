import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openSession } from "#agents";
import { type Host, localHost } from "#fleet";
import { analyzeOnFleet, localReport, SuiteFolder } from "../helpers/fleet-run.ts";
import { ask, builtForTests } from "../helpers/local-session.ts";
import { copyRealSources } from "../helpers/real-sources.ts";
import { WindowsHost, whyNoWindows } from "../lab/windows/windows-host.ts";

// `CAELUM_WINDOWS_HOST=<ssh_config>:<alias>` names a Windows host to prove it on, a real one for example. Without that
// one is made of Wine, where there is Wine. No test goes to the registry by itself: Node for Windows is in caelum's cache.
const [givenFile = "", givenAlias = ""] = (process.env["CAELUM_WINDOWS_HOST"] ?? "").split(/:(?=[^:]*$)/);
const reason = givenAlias === "" ? whyNoWindows() : undefined;
if (reason !== undefined) process.stderr.write(`SKIPPED: no Windows host is tested: ${reason}\n`);

let made: WindowsHost | undefined;
let configFile = givenFile;
let alias = givenAlias;

beforeAll(async () => {
  if (reason !== undefined || givenAlias !== "") return;
  made = await WindowsHost.start();
  ({ configFile, alias } = made);
}, 180_000);

afterAll(() => made?.stop(), 60_000);

test.skipIf(reason !== undefined)(
  "a Windows host is found, works, loses a worker and goes on, and runs commands",
  async () => {
    const { agent, bundle } = await builtForTests();
    const host: Host = { ...localHost, name: alias, address: { type: "ssh", target: alias, configFile } };
    const session = await openSession(host, { agent, silenceMs: 20_000 });
    onTestFinished(() => session.close());
    expect(session.hello.platform).toBe("win32");
    const workers = await session.startWorkers({ bundle, slots: 2 });
    const bytes = Uint8Array.from({ length: 1_000_000 }, (_, index) => index);
    bytes.set(new TextEncoder().encode("echo "));
    const echo = await workers.lease({ unit: "every byte", attempt: 1, epoch: 1, payload: bytes });
    expect(Buffer.compare(echo.bytes, bytes.subarray(5))).toBe(0);
    await expect(ask(workers, "exit")).rejects.toMatchObject({ reason: "worker-crashed" });
    await expect(ask(workers, "spin", { timeoutMs: 500 })).rejects.toMatchObject({
      reason: "worker-timeout",
    });
    expect(await ask(workers, "echo on")).toBe("on");
    const command = await session.exec("cmd", ["/d", "/c", "echo hello"]);
    command.stderr.resume();
    expect((await text(command.stdout)).trim()).toBe("hello");
    expect((await command.exited).code).toBe(0);
  },
);

// The host has its Node by now: the test above has seen to it.
test.skipIf(reason !== undefined)(
  "the report that a Windows host measured is that of this machine",
  async () => {
    const suite = new SuiteFolder();
    onTestFinished(() => suite.remove());
    const project = suite.folder();
    copyRealSources(project);
    const file = path.join(suite.folder(), "fleet.yaml");
    writeFileSync(
      file,
      `sshConfig: ${configFile}\nhosts:\n  - { name: ${alias}, ssh: ${alias}, slots: 2 }\n`,
    );
    const run = analyzeOnFleet(suite, project, ["--fleet", file, "--no-cache", "--no-local"]);
    const { exitCode, stderr } = await run.process;
    expect(exitCode, stderr.slice(-2000)).toBe(0);
    expect(readFileSync(run.report, "utf8") === (await localReport(suite, project))).toBe(true);
  },
);
