import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { startHttpServer } from "../helpers/mcp/http-server.ts";
import { connectMcp } from "../helpers/mcp/mcp-client.ts";
import { type ReceivedSpan, type Receiver, startReceiver } from "../helpers/mcp/otlp-receiver.ts";
import { introduction, startRawServer } from "../helpers/mcp/raw-server.ts";
import { eventually } from "../helpers/processes.ts";
import { caelumBin, cleanEnvironment, runCaelum } from "../helpers/run-caelum.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parentId = "00f067aa0ba902b7";
const traceparent = `00-${traceId}-${parentId}-01`;
const project = { "a.py": "def hello(a):\n    return a\n", "b.py": "import a\n" };

function settings(
  { endpoint }: Receiver,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_BSP_SCHEDULE_DELAY: "50", ...more };
}

/** A server over stdio whose calls continue a client's trace, and what it sent when it has ended. */
async function calls(
  receiver: Receiver,
  asked: readonly [tool: string, input: object, meta?: object][],
  {
    env = settings(receiver),
    files = project,
    args = [],
  }: {
    env?: Record<string, string>;
    files?: Record<string, string>;
    args?: readonly string[];
  } = {},
): Promise<{ answers: Record<string, unknown>[]; spans: ReceivedSpan[]; ended: number | string }> {
  const server = startRawServer(temporaryFolder(files), args, { ...cleanEnvironment(), ...env });
  await server.request("initialize", introduction);
  const answers: Record<string, unknown>[] = [];
  for (const [name, input, meta = { traceparent, tracestate: "shop=1" }] of asked)
    answers.push(await server.request("tools/call", { name, arguments: input, _meta: meta }));
  server.endInput();
  return { answers, spans: receiver.spans, ended: await server.ended };
}

const named = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan => {
  const found = spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`no ${name} in ${spans.map((span) => span.name).join(", ")}`);
  return found;
};

describe.each(["http/protobuf", "http/json"])("with a collector that takes %s", (protocol) => {
  it("a call goes on the client's trace, down to the worker that has done it", async () => {
    const receiver = await startReceiver();
    const env = settings(receiver, {
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20abc",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test%20lab",
    });
    const { spans, ended } = await calls(receiver, [["code_parse", { path: "a.py" }]], { env });
    expect(ended).toBe(0);
    const call = named(spans, "tools/call code_parse");
    expect(call).toMatchObject({
      traceId,
      parentSpanId: parentId,
      traceState: "shop=1",
      kind: 2,
      isError: false,
      attributes: {
        "mcp.method.name": "tools/call",
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "code_parse",
        "jsonrpc.request.id": "2",
        "mcp.protocol.version": "2025-11-25",
        "network.transport": "pipe",
        "caelum.tenant": "raw",
      },
    });
    for (const name of ["pool wait", "worker"]) {
      const span = named(spans, name);
      expect(span).toMatchObject({ traceId, parentSpanId: call.spanId, kind: 1 });
      expect(span.startedAt <= span.endedAt && span.endedAt <= call.endedAt).toBe(true);
    }
    expect(receiver.resource).toMatchObject({
      "service.name": "caelum",
      "deployment.environment.name": "test lab",
    });
    expect(new Set(receiver.requests.map((request) => JSON.stringify(request)))).toEqual(
      new Set([
        JSON.stringify({
          url: "/v1/traces",
          type: protocol === "http/json" ? "application/json" : "application/x-protobuf",
          authorization: "Bearer abc",
        }),
      ]),
    );
  });
});

describe("a trace", () => {
  it("that failed says which kind of error it was, and nothing of what was asked or answered", async () => {
    const receiver = await startReceiver();
    const secret = "a-name-nobody-shall-see";
    const { spans } = await calls(receiver, [
      ["code_parse", { path: secret }],
      ["code_parse", { [secret]: 1 }],
      [secret, {}],
    ]);
    const failed = spans.filter(({ name }) => name === "tools/call code_parse");
    expect(failed).toHaveLength(2);
    for (const span of failed)
      expect(span).toMatchObject({ isError: true, attributes: { "error.type": "tool_error" } });
    expect(failed[0]!.attributes["caelum.error.code"]).toBe("CAELUM_PATH_MISSING");
    const told = JSON.stringify(spans, (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    expect(told).not.toContain(secret);
  });

  it("begins anew where what a client sent is none, and never fails a call", async () => {
    const receiver = await startReceiver();
    const odd: object[] = [
      {},
      { traceparent: "no" },
      { traceparent: 7 },
      { traceparent: { a: 1 } },
      { traceparent: `00-${"0".repeat(32)}-${parentId}-01` },
      { traceparent: traceparent.toUpperCase().replace("00-", "ff-") },
      { traceparent: traceparent + "x".repeat(100_000) },
      { traceparent, tracestate: "x".repeat(100_000) },
    ];
    const { answers, spans } = await calls(
      receiver,
      odd.map((meta) => ["code_search", { query: "hello" }, meta]),
    );
    for (const answer of answers) expect(JSON.stringify(answer)).toContain("a.py:1-2");
    const found = spans.filter(({ name }) => name === "tools/call code_search");
    expect(found).toHaveLength(odd.length);
    expect(found.filter((span) => span.traceId === traceId)).toHaveLength(1);
    for (const span of found.slice(0, -1)) expect(span.parentSpanId).toBe("");
  });

  it("that the client does not record is not recorded here", async () => {
    const receiver = await startReceiver();
    const meta = { traceparent: traceparent.replace(/01$/, "00") };
    await calls(receiver, [["code_search", { query: "hello" }, meta]]);
    expect(receiver.spans.filter((span) => span.traceId === traceId)).toEqual([]);
  });

  it("shows commands on hosts, tests by their files, and what goes on as a job", async () => {
    const receiver = await startReceiver();
    const own = temporaryFolder({
      "fleet.yaml": "hosts:\n  - name: here\n    local: true\n",
      "policy.yaml": "version: 1\nfleet_exec:\n  - command: ['**']\nrun_tests:\n  - folder: '.'\n",
    });
    const { answers, spans } = await calls(
      receiver,
      [
        ["fleet_exec", { command: ["sh", "-c", "exit 3"] }],
        ["run_tests", {}],
        ["fleet_exec", { command: ["sleep", "2"] }],
        ["job_status", {}],
      ],
      {
        files: {
          "package.json": "{}",
          "a.test.js": "require('node:test').test('a', () => {});\n",
          "b.test.js": "require('node:test').test('b', () => { throw new Error('no'); });\n",
        },
        args: [`--fleet=${own}/fleet.yaml`, `--policy=${own}/policy.yaml`, "--job-after=60s"],
      },
    );
    expect(JSON.stringify(answers[1])).toContain("1 passed, 1 failed");
    const exec = named(spans, "tools/call fleet_exec");
    expect(named(spans, "command")).toMatchObject({
      parentSpanId: exec.spanId,
      kind: 3,
      attributes: { "caelum.host": "here", "process.exit.code": 3 },
    });
    const run = named(spans, "run tests");
    expect(run).toMatchObject({
      parentSpanId: named(spans, "tools/call run_tests").spanId,
      attributes: { "caelum.verdict": "failed" },
    });
    const files = spans.filter(({ name }) => name === "tests of a file");
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const file of files) expect(file.parentSpanId).toBe(run.spanId);
  });

  it("has a span for a job from where its call was answered", async () => {
    const receiver = await startReceiver();
    const own = temporaryFolder({
      "fleet.yaml": "hosts:\n  - name: here\n    local: true\n",
      "policy.yaml": "version: 1\nfleet_exec:\n  - command: ['**']\n",
    });
    const server = startRawServer(
      temporaryFolder(project),
      [`--fleet=${own}/fleet.yaml`, `--policy=${own}/policy.yaml`, "--job-after=300ms"],
      { ...cleanEnvironment(), ...settings(receiver) },
    );
    await server.request("initialize", introduction);
    const answer = await server.request("tools/call", {
      name: "fleet_exec",
      arguments: { command: ["sleep", "2"] },
      _meta: { traceparent },
    });
    const [id = ""] = /job-[0-9a-f]+/.exec(JSON.stringify(answer)) ?? [];
    await server.request("tools/call", { name: "job_status", arguments: { id, waitSeconds: 20 } });
    server.endInput();
    await server.ended;
    const call = named(receiver.spans, "tools/call fleet_exec");
    const job = named(receiver.spans, "job fleet_exec");
    expect(job).toMatchObject({ traceId, parentSpanId: call.spanId, attributes: { "caelum.job.id": id } });
    expect(call.attributes["caelum.job.id"]).toBe(id);
    expect(job.endedAt > call.endedAt).toBe(true);
  });

  it("of many files holds what can be looked at, and says how many spans it leaves out", async () => {
    const receiver = await startReceiver();
    const many = Object.fromEntries(
      Array.from({ length: 12_000 }, (_, at) => [`d${at % 100}/m${at}.py`, `a${at} = ${at}\n`]),
    );
    const { spans } = await calls(receiver, [["code_analyze", {}]], {
      files: many,
      env: settings(receiver, { CAELUM_CACHE_DIR: path.join(temporaryFolder(), "cache") }),
    });
    const call = named(spans, "tools/call code_analyze");
    expect(spans.length).toBeLessThan(250);
    expect(call.attributes["caelum.spans_left_out"]).toBeGreaterThan(10);
  });
});

describe("a tool of another server", () => {
  it("goes on our trace, and our trace on its", async () => {
    const receiver = await startReceiver();
    const folder = temporaryFolder(project);
    const file = path.join(temporaryFolder(), "mcp.json");
    const args = [caelumBin, "mcp", "--root", folder];
    const other = {
      command: process.execPath,
      args,
      env: { ...settings(receiver), OTEL_SERVICE_NAME: "other" },
    };
    writeFileSync(file, JSON.stringify({ mcpServers: { other } }));
    const inspect = ["mcp", "servers", "inspect", "other", "--pin", "--file", file];
    expect(await runCaelum(inspect)).toMatchObject({ exitCode: 0 });
    const { answers, spans } = await calls(receiver, [["other_code_search", { query: "hello" }]], {
      args: ["--servers", file],
    });
    expect(JSON.stringify(answers)).toContain("a.py:1-2");
    const outside = named(spans, "tools/call other_code_search");
    const sent = spans.find(({ name, kind }) => name === "tools/call code_search" && kind === 3);
    const taken = spans.find(({ name, kind }) => name === "tools/call code_search" && kind === 2);
    expect(sent).toMatchObject({
      traceId,
      parentSpanId: outside.spanId,
      attributes: { "caelum.server": "other" },
    });
    expect(taken).toMatchObject({ traceId, parentSpanId: sent!.spanId, traceState: "shop=1" });
  });
});

describe("over HTTP", () => {
  it("a call is told with its token's name", async () => {
    const receiver = await startReceiver();
    const { url, token, stop } = await startHttpServer(project, { env: settings(receiver) });
    const body = {
      jsonrpc: "2.0",
      id: 9,
      method: "tools/call",
      params: {
        name: "code_search",
        arguments: { query: "hello" },
        _meta: {
          traceparent,
          "io.modelcontextprotocol/protocolVersion": "2026-07-28",
          "io.modelcontextprotocol/clientCapabilities": {},
          "io.modelcontextprotocol/clientInfo": { name: "x", version: "1" },
        },
      },
    };
    const response = await fetch(url, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": "code_search",
      },
      body: JSON.stringify(body),
    });
    expect(await response.text()).toContain("a.py:1-2");
    await stop();
    expect(named(receiver.spans, "tools/call code_search")).toMatchObject({
      traceId,
      attributes: {
        "caelum.tenant": "default",
        "network.transport": "tcp",
        "mcp.protocol.version": "2026-07-28",
      },
    });
  });
});

describe("a collector", () => {
  it.each(["that is dead", "that never answers", "whose name nobody knows"])(
    "%s hurts no call and keeps no exit waiting",
    async (which) => {
      const receiver = await startReceiver({ answers: false });
      const endpoint = {
        "that is dead": "http://127.0.0.1:1",
        "that never answers": receiver.endpoint,
        "whose name nobody knows": "http://collector.invalid:4318",
      }[which]!;
      const server = startRawServer(temporaryFolder(project), [], {
        ...cleanEnvironment(),
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_BSP_SCHEDULE_DELAY: "10",
      });
      await server.request("initialize", introduction);
      for (let at = 0; at < 50; at++) {
        const answer = await server.request("tools/call", {
          name: "code_search",
          arguments: { query: "hello" },
        });
        expect(JSON.stringify(answer)).toContain("a.py:1-2");
      }
      server.endInput();
      const late = new Promise((resolve) => setTimeout(resolve, 5000, "it still runs"));
      expect(await Promise.race([server.ended, late])).toBe(0);
    },
  );

  it("that cannot be used is told in the log, once, and nowhere else", async () => {
    const state = temporaryFolder();
    const env = {
      ...cleanEnvironment(),
      XDG_STATE_HOME: state,
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
    };
    const log = (): string => readFileSync(path.join(state, "caelum/mcp.log"), "utf8");
    for (const [more, wanted] of [
      [{ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }, /no spans: OTEL_EXPORTER_OTLP_PROTOCOL is "grpc"/],
      [{ OTEL_BSP_SCHEDULE_DELAY: "10" }, /spans: .*ECONNREFUSED/],
    ] as const) {
      const server = startRawServer(temporaryFolder(project), [], { ...env, ...more });
      await server.request("initialize", introduction);
      for (let at = 0; at < 5; at++)
        await server.request("tools/call", { name: "code_search", arguments: { query: "hello" } });
      await eventually("it is told", () => wanted.test(log()));
      server.endInput();
      expect(await server.ended).toBe(0);
      expect(server.stderr()).toBe("");
    }
    expect(log().match(/ECONNREFUSED/g)).toHaveLength(1);
  });
});

it("without an endpoint, or when it is switched off, nothing is sent", async () => {
  const receiver = await startReceiver();
  for (const env of [
    {},
    settings(receiver, { OTEL_SDK_DISABLED: "true" }),
    settings(receiver, { OTEL_TRACES_EXPORTER: "none" }),
    settings(receiver, { OTEL_TRACES_SAMPLER: "always_off" }),
  ]) {
    const { call } = await connectMcp(temporaryFolder(project), { env });
    expect((await call("code_search", { query: "hello" })).text).toContain("a.py:1-2");
  }
  expect(receiver.requests).toEqual([]);
});
