import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { openSession } from "#agents";
import { localHost } from "#fleet";
import { ask, builtForTests } from "../../helpers/local-session.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

test("a host's environment is that of its workers and commands", async () => {
  const { agent, bundle } = await builtForTests();
  const host = { ...localHost, agentFolder: temporaryFolder(), environment: { FLAVOUR: "vanilla" } };
  const session = await openSession(host, { agent, silenceMs: 20_000 });
  onTestFinished(() => session.close());
  const workers = await session.startWorkers({ bundle, slots: 1 });
  expect(await ask(workers, "env FLAVOUR")).toBe("vanilla");
  const print = ["-p", "process.env.FLAVOUR"];
  const inherited = await session.exec(process.execPath, print);
  expect(await text(inherited.stdout)).toBe("vanilla\n");
  const own = await session.exec(process.execPath, print, { env: { FLAVOUR: "lemon" } });
  expect(await text(own.stdout)).toBe("lemon\n");
});
