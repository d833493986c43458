import { statSync } from "node:fs";
import { request } from "node:http";
import path from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Era } from "../helpers/mcp/mcp-client.ts";
import { type HttpServer, startHttpServer } from "../helpers/mcp/http-server.ts";
import { startCaelum } from "../helpers/run-caelum.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

async function connect({ url, token }: HttpServer, era: Era = "modern"): Promise<Client> {
  const client = new Client(
    { name: "web", version: "1" },
    { versionNegotiation: { mode: era === "modern" ? "auto" : "legacy" } },
  );
  const headers = { authorization: `Bearer ${token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  onTestFinished(() => client.close());
  return client;
}

function status(url: string, headers: Record<string, string>, method = "POST"): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers: { "content-type": "application/json", ...headers } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end(method === "POST" ? "{}" : undefined);
  });
}

const project = { "a.py": "def hello():\n    return 1\n" };

describe("caelum mcp --http", () => {
  it("serves clients of both eras from one warm server", async () => {
    const server = await startHttpServer(project);
    for (const era of ["modern", "legacy"] as const) {
      const client = await connect(server, era);
      const result = await client.callTool({ name: "code_search", arguments: { query: "hello" } });
      expect(JSON.stringify(result)).toContain("a.py:1-2");
    }
    expect((await server.stop()).exitCode).toBe(0);
  });

  it("lets nobody in without a token, nor a page of somebody else, nor another name for this machine", async () => {
    const server = await startHttpServer(project);
    const authorization = `Bearer ${server.token}`;
    expect(await status(server.url, {})).toBe(401);
    expect(await status(server.url, { authorization: "Bearer wrong-wrong-wrong-wrong" })).toBe(401);
    expect(await status(server.url, { authorization, origin: "https://evil.example" })).toBe(403);
    expect(await status(server.url, { authorization, host: "evil.example" })).toBe(403);
    expect(await status(server.url, { authorization, origin: "http://localhost:3000" })).not.toBe(403);
    const metrics = server.url.replace("/mcp", "/metrics");
    expect(await status(metrics, {}, "GET")).toBe(401);
    expect(await status(server.url.replace("/mcp", "/else"), { authorization }, "GET")).toBe(404);
    if (process.platform !== "win32") expect(statSync(server.tokensFile).mode & 0o777).toBe(0o600);
  });

  it("tells its metrics as Prometheus reads them, by the name of the token", async () => {
    const server = await startHttpServer(project);
    const client = await connect(server);
    await client.callTool({ name: "code_parse", arguments: { path: "a.py" } });
    const response = await fetch(server.url.replace("/mcp", "/metrics"), {
      headers: { authorization: `Bearer ${server.token}` },
    });
    const text = await response.text();
    expect(text).toContain('caelum_mcp_call_seconds_count{tool="code_parse",tenant="default"} 1');
    expect(text).toMatch(/^caelum_mcp_workers 1$/m);
  });

  it("keeps jobs for the next connection", async () => {
    const own = temporaryFolder({
      "fleet.yaml": "hosts:\n  - name: here\n    local: true\n",
      "policy.yaml": "version: 1\nfleet_exec:\n  - command: [sleep, '*']\n",
    });
    const server = await startHttpServer(project, {
      args: [
        `--fleet=${path.join(own, "fleet.yaml")}`,
        `--policy=${path.join(own, "policy.yaml")}`,
        "--job-after=200ms",
      ],
    });
    const first = await connect(server);
    await first.callTool({ name: "fleet_exec", arguments: { command: ["sleep", "2"] } });
    await first.close();
    const second = await connect(server);
    const list = await second.callTool({ name: "job_status", arguments: {} });
    const [id = ""] = /job-[0-9a-f]+/.exec(JSON.stringify(list)) ?? [];
    const over = await second.callTool({ name: "job_status", arguments: { id, waitSeconds: 15 } });
    expect(JSON.stringify(over)).toContain("1 of 1 hosts succeeded");
  });

  it("says what is wrong with its port and its tokens", async () => {
    const bad = temporaryFolder({ tokens: "short x\n" });
    const wrong = startCaelum(["mcp", "--http", "99999"]);
    expect(await wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("must be a port") });
    const open = startCaelum(["mcp", "--http", "0", "--tokens", path.join(bad, "tokens")]);
    expect(await open).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("others may read") });
  });

  it("asks a person only where the client can, and sends nothing but the answer and notifications on its stream", async () => {
    const own = temporaryFolder({
      "fleet.yaml": "hosts:\n  - name: here\n    local: true\n",
      "policy.yaml": "version: 1\nfleet_exec:\n  - command: [echo, hello]\n    ask: true\n",
    });
    const server = await startHttpServer(project, {
      args: [`--fleet=${path.join(own, "fleet.yaml")}`, `--policy=${path.join(own, "policy.yaml")}`],
    });
    const can = await framesOf(server, { elicitation: {} });
    expect(can.at(-1)).toMatchObject({ id: 7, result: { resultType: "input_required" } });
    const cannot = await framesOf(server, {});
    expect(cannot.at(-1)).toMatchObject({ id: 7, result: { isError: true } });
    expect(JSON.stringify(cannot)).toContain("this client cannot ask for it");
    for (const frame of [...can, ...cannot].filter(({ id }) => id === undefined))
      expect(frame).toMatchObject({ method: "notifications/progress" });
  });
});

/** The messages that answer a call of `fleet_exec` by a client of 2026 with these capabilities. */
async function framesOf(
  { url, token }: HttpServer,
  capabilities: object,
): Promise<Record<string, unknown>[]> {
  const protocol = "2026-07-28";
  const response = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": protocol,
      "mcp-method": "tools/call",
      "mcp-name": "fleet_exec",
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 7,
      method: "tools/call",
      params: {
        name: "fleet_exec",
        arguments: { command: ["echo", "hello"] },
        _meta: {
          progressToken: "p",
          "io.modelcontextprotocol/protocolVersion": protocol,
          "io.modelcontextprotocol/clientInfo": { name: "raw", version: "1" },
          "io.modelcontextprotocol/clientCapabilities": capabilities,
        },
      },
    }),
  });
  const text = await response.text();
  const bodies = response.headers.get("content-type")?.includes("event-stream")
    ? text.split("\n").flatMap((line) => (line.startsWith("data: {") ? [line.slice(6)] : []))
    : [text];
  return bodies.map((body) => JSON.parse(body) as Record<string, unknown>);
}
