import { writeFileSync } from "node:fs";
import path from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect, it, onTestFinished } from "vitest";
import { type HttpServer, startHttpServer } from "../helpers/mcp/http-server.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const snippet = (at: number): string =>
  Array.from(
    { length: 40 },
    (_, line) => `def f_${at}_${line}(a):\n    return a if a > ${line} else ${at}\n`,
  ).join("\n");

const tokens = { many: "token-of-the-one-who-asks-much", one: "token-of-the-one-who-asks-once" };

async function connectAs(url: string, name: keyof typeof tokens): Promise<Client> {
  const client = new Client({ name, version: "1" }, { versionNegotiation: { mode: "auto" } });
  const headers = { authorization: `Bearer ${tokens[name]}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  onTestFinished(() => client.close());
  return client;
}

const ask = (client: Client, at: number): Promise<unknown> =>
  client.callTool({ name: "code_parse", arguments: { code: snippet(at), language: "python" } });

/** A server that knows both tokens. */
function startServer(files: Record<string, string>, args: readonly string[] = []): Promise<HttpServer> {
  const tokensFile = path.join(temporaryFolder(), "tokens");
  const text = Object.entries(tokens).map((pair) => pair.join(" "));
  writeFileSync(tokensFile, `${text.join("\n")}\n`, { mode: 0o600 });
  return startHttpServer(files, { tokensFile, args });
}

it("who asks once is answered before most of the calls that another one has queued", async () => {
  const { url } = await startServer({ "a.py": "a = 1\n" });
  const [many, one] = await Promise.all([connectAs(url, "many"), connectAs(url, "one")]);
  await ask(one, -1);
  const calls = 400;
  let answered = 0;
  const begun = Promise.withResolvers<void>();
  const queued = Array.from({ length: calls }, async (_, at) => {
    await ask(many, at);
    if (++answered === 5) begun.resolve();
  });
  await begun.promise;
  const before = answered;
  await ask(one, -2);
  const meanwhile = answered - before;
  await Promise.all(queued);
  expect(answered).toBe(calls);
  expect(meanwhile).toBeLessThan(calls / 4);
});

const said = async (client: Client, name: string, input: Record<string, unknown> = {}): Promise<string> =>
  JSON.stringify(await client.callTool({ name, arguments: input }));

it("the jobs of one token are not another's", async () => {
  const own = temporaryFolder({
    "fleet.yaml": "hosts:\n  - name: here\n    local: true\n",
    "policy.yaml": "version: 1\nfleet_exec:\n  - command: [sleep, '*']\n",
  });
  const settings = [`--fleet=${own}/fleet.yaml`, `--policy=${own}/policy.yaml`, "--job-after=200ms"];
  const { url } = await startServer({}, settings);
  const [many, one] = await Promise.all([connectAs(url, "many"), connectAs(url, "one")]);
  const [id = ""] = /job-[0-9a-f]+/.exec(await said(many, "fleet_exec", { command: ["sleep", "30"] })) ?? [];
  expect(await said(many, "job_status")).toContain(id);
  expect(await said(one, "job_status")).toContain("0 jobs");
  for (const name of ["job_status", "job_cancel"])
    expect(await said(one, name, { id })).toContain("there is no such job");
  expect(await said(many, "job_cancel", { id })).toContain("has stopped");
});

async function completed(client: Client): Promise<readonly string[]> {
  const ref = { type: "ref/resource", uri: "caelum://result/{id}" } as const;
  return (await client.complete({ ref, argument: { name: "id", value: "" } })).completion.values;
}

it("what was kept for one token is not another's", async () => {
  const sources = Array.from({ length: 10 }, (_, at) => [`m${at}.py`, snippet(at)]);
  const { url } = await startServer(Object.fromEntries(sources));
  const [many, one] = await Promise.all([connectAs(url, "many"), connectAs(url, "one")]);
  const long = await said(many, "code_search", { query: "f", limit: 400 });
  const [uri = ""] = /caelum:\/\/result\/[\w-]+/.exec(long) ?? [];
  expect(JSON.stringify(await many.readResource({ uri }))).toContain("f_1_1");
  await expect(one.readResource({ uri })).rejects.toThrow(/not found/i);
  expect(await completed(many)).toHaveLength(1);
  expect(await completed(one)).toHaveLength(0);
});
