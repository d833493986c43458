import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { connectMcp, type Era } from "../helpers/mcp/mcp-client.ts";
import { introduction, startRawServer } from "../helpers/mcp/raw-server.ts";
import { isAlive } from "../helpers/processes.ts";
import { caelumBin, cleanEnvironment } from "../helpers/run-caelum.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const project = {
  "src/shop.py":
    "from src.tax import rate\n\nclass Shop:\n    def price(self, net):\n        return net * rate()\n",
  "src/tax.py": "def rate():\n    return 1.19\n",
};

describe.each<Era>(["modern", "legacy"])("a client of the %s era", (era) => {
  it("finds tools, prompts and resources, and gets answers", async () => {
    const { client, call } = await connectMcp(temporaryFolder(project), { era });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["code_parse", "code_search", "job_status"]),
    );
    expect((await call("code_search", { query: "price" })).text).toContain("src/shop.py:4-5");
    expect((await call("code_search", { query: "rate", mode: "references" })).text).toContain(
      "src/tax.py:1:5 definition",
    );
    expect((await call("code_graph", { path: "src/tax.py" })).text).toContain("src/shop.py");
    expect((await call("code_analyze")).result.structuredContent).toMatchObject({ files: 2, functions: 2 });
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toContain("review_changes");
    const { contents } = await client.readResource({ uri: "caelum://analysis/src/shop.py" });
    expect(JSON.stringify(contents)).toContain("1 file, 4 lines of code");
  });

  it("hears of a cursor that nobody gave it, and of a resource that cannot be read, as errors", async () => {
    const { client } = await connectMcp(temporaryFolder(project), { era });
    const cursor = "never";
    for (const method of [
      "tools/list",
      "prompts/list",
      "resources/list",
      "resources/templates/list",
    ] as const)
      await expect(client.request({ method, params: { cursor } })).rejects.toMatchObject({ code: -32_602 });
    const uri = "caelum://analysis/..%2f..%2fIGNORE_ALL";
    await expect(client.readResource({ uri })).rejects.toMatchObject({
      code: -32_602,
      message: expect.not.stringContaining("IGNORE_ALL") as unknown,
      data: { uri, data: [{ message: expect.stringContaining("leads out of the folders") as unknown }] },
    });
  });

  it("hears which tool it may have meant, and which arguments there are", async () => {
    const { call } = await connectMcp(temporaryFolder(project), { era });
    await expect(call("code_serch")).rejects.toThrow(/did you mean code_search/);
    const { text, result } = await call("code_search", { query: 1, colour: "red" });
    expect(result.isError).toBe(true);
    expect(text).toMatch(/query: expected string.*it takes query, mode/s);
  });
});

async function names(...args: string[]): Promise<string[]> {
  const { client } = await connectMcp(temporaryFolder(project), { args });
  return (await client.listTools()).tools.map(({ name }) => name);
}

describe("the list of tools", () => {
  it("costs at most 8 KB, with descriptions of at most 120 characters, and is the same every time", async () => {
    const { client } = await connectMcp(temporaryFolder(project), { args: ["--toolsets", "all"] });
    const { tools } = await client.listTools();
    expect(JSON.stringify(tools).length).toBeLessThan(8000);
    for (const { description = "" } of tools) expect(description.length).toBeLessThanOrEqual(120);
    expect((await client.listTools()).tools).toEqual(tools);
  });

  it("holds what was chosen, and nothing that acts with --read-only", async () => {
    expect(await names("--tools", "code_graph,code_parse")).toEqual(["code_parse", "code_graph"]);
    expect(await names("--toolsets", "jobs", "--read-only")).toEqual(["job_status"]);
    expect(await names()).not.toContain("admin_get_metrics");
  });
});

describe("an answer", () => {
  it("is at most 8 KB, or 40 KB in detail; all of it can be read at its link", async () => {
    const many = Array.from(
      { length: 900 },
      (_, i) => `def a_function_with_a_long_name_${i}():\n    return ${i}\n`,
    ).join("\n");
    const { client, call } = await connectMcp(temporaryFolder({ "many.py": many }));
    const concise = await call("code_parse", { path: "many.py", limit: 500 });
    expect(JSON.stringify(concise.result).length).toBeLessThanOrEqual(8000);
    const link = concise.result.content.find(({ type }) => type === "resource_link");
    const { contents } = await client.readResource({ uri: link!.uri! });
    expect(JSON.stringify(contents)).toContain("a_function_with_a_long_name_499");
    const detailed = await call("code_parse", { path: "many.py", limit: 500, detail: true });
    expect(JSON.stringify(detailed.result).length).toBeLessThanOrEqual(40_000);
    expect(detailed.text.length).toBeGreaterThan(concise.text.length);
    const { next } = concise.result.structuredContent as { next: string };
    expect((await call("code_parse", { path: "many.py", cursor: next })).text).toContain(`_${next}`);
  });

  it("sees a file that was changed, made or deleted a moment ago", async () => {
    const root = temporaryFolder(project);
    const { call } = await connectMcp(root);
    const find = async (query: string): Promise<string> => (await call("code_search", { query })).text;
    expect(await find("price")).toContain("shop.py:4");
    writeFileSync(path.join(root, "src/shop.py"), "\n\n\ndef prise():\n    pass\n");
    expect(await find("prise")).toContain("shop.py:4");
    expect(await find("price")).toMatch(/^0 of/);
    mkdirSync(path.join(root, "new/deep"), { recursive: true });
    expect(await find("freshly")).toMatch(/^0 of/);
    writeFileSync(path.join(root, "new/deep/made.py"), "def freshly():\n    pass\n");
    expect(await find("freshly")).toContain("new/deep/made.py:1");
  });
});

describe("vulnerability_scan and code_clones", () => {
  it("find what is dangerous, secrets without telling them, and what is copied", async () => {
    // In two parts, so that nobody takes this file for a leak.
    const key = ["AKIA", "Z7QXR4WM2NKT5LBD"].join("");
    const body = Array.from({ length: 14 }, (_, i) => `    total = total * ${i + 3} + price - ${i}`).join(
      "\n",
    );
    const copied = `(price):\n    total = 0\n${body}\n    return total\n`;
    const { call } = await connectMcp(
      temporaryFolder({
        "danger.py": `import subprocess\n\n\ndef run(name):\n    subprocess.run("ls " + name, shell=True)\n\n\nkey = "${key}"\n`,
        "one.py": `def first${copied}`,
        "two.py": `def second${copied}`,
      }),
    );
    const scanned = await call("vulnerability_scan");
    expect(scanned.text).toMatch(/danger\.py:5 python\.\S*shell/);
    expect(scanned.text).toMatch(/danger\.py:8 secrets\./);
    expect(JSON.stringify(scanned.result)).not.toContain(key);
    expect((await call("code_clones")).text).toMatch(/one\.py:1-\d+, two\.py:1-\d+/);
    const found = await call("code_search", {
      query: "subprocess.run($X, ...)",
      mode: "pattern",
      language: "python",
    });
    expect(found.text).toContain("danger.py:5:5");
  });
});

const envelope = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
  "io.modelcontextprotocol/clientInfo": { name: "raw", version: "1" },
};

describe("the connection", () => {
  it("survives lines that are no messages", async () => {
    const server = startRawServer(temporaryFolder(project));
    server.write("not json\n");
    expect(await server.next()).toMatchObject({ id: null, error: { code: -32_700 } });
    server.write('[1,2]\n{"id":7}\n{"jsonrpc":"2.0","id":8,"method":5}\n');
    expect(await server.next()).toMatchObject({ error: { code: -32_600 } });
    expect(await server.next()).toMatchObject({ id: 7, error: { code: -32_600 } });
    expect(await server.next()).toMatchObject({ id: 8, error: { code: -32_600 } });
    const line = JSON.stringify({ jsonrpc: "2.0", id: 9, method: "initialize", params: introduction });
    server.write(line.slice(0, 40));
    await new Promise((resolve) => setTimeout(resolve, 50));
    server.write(`${line.slice(40)}\n`);
    expect(await server.next()).toMatchObject({ id: 9, result: { serverInfo: { name: "caelum" } } });
  });

  it.each<Era>(["modern", "legacy"])(
    "leaves no request without an answer, whatever is in it (%s era)",
    async (era) => {
      const server = startRawServer(temporaryFolder(project));
      if (era === "legacy") await server.request("initialize", introduction);
      const own = era === "legacy" ? {} : envelope;
      const params = { name: "code_parse", arguments: { path: "src/shop.py" }, _meta: own };
      const metas: unknown[] = [
        null,
        "x",
        [],
        ...[{}, 1.5, null].map((progressToken) => ({ ...own, progressToken })),
      ];
      for (const key of Object.keys(envelope))
        for (const value of [7, null, [], {}, "x"]) metas.push({ ...own, [key]: value });
      const odd: object[] = [
        ...metas.map((_meta) => ({ params: { ...params, _meta } })),
        { params: [] },
        { params: { _meta: own } },
        { params: { ...params, arguments: "x" } },
        { params: { ...params, arguments: null } },
        { method: "" },
        { params, extra: 1 },
        { params, result: {} },
        { params, id: 1.5 },
        { params, id: 1e300 },
        { params: { ...params, inputResponses: 7 } },
        { params: { ...params, requestState: 7 } },
      ];
      for (const [at, one] of odd.entries()) {
        const message = { jsonrpc: "2.0", id: 1000 + at, method: "tools/call", ...one };
        server.write(`${JSON.stringify(message)}\n`);
        // An id that is none is not given back.
        const answer = await server.next();
        expect([message.id, null]).toContain(answer["id"]);
      }
    },
  );

  it("throws away a line of 50 MB without keeping it, and answers the next one", async () => {
    const server = startRawServer(temporaryFolder(project));
    const part = "x".repeat(1_000_000);
    for (let i = 0; i < 50; i++) server.write(part);
    server.write("\n");
    expect(await server.next()).toMatchObject({ error: { message: expect.stringContaining("longer than") } });
    expect(await server.request("initialize", introduction)).toMatchObject({ result: {} });
  });

  it("ends when stdin does, with all its children", async () => {
    const server = startRawServer(temporaryFolder(project));
    await server.request("initialize", introduction);
    await server.request("tools/call", { name: "code_analyze", arguments: {} });
    server.endInput();
    expect(await server.ended).toBe(0);
    await expect.poll(() => isAlive(server.pid)).toBe(false);
  });

  it("ends when its parent is killed, even if its stdin stays open", async () => {
    // The grandchild inherits a pipe whose other end this test holds.
    const cwd = temporaryFolder(project);
    const script = `const child = require("node:child_process").spawn(process.execPath, [${JSON.stringify(caelumBin)}, "mcp"], { stdio: [0, "ignore", "ignore"] }); console.log(child.pid); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["-e", script], { cwd, env: cleanEnvironment(), stdio: "pipe" });
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once("data", (text: Buffer) => resolve(Number(text.toString())));
    });
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });

  it("works without a home folder and keeps its stdout clean", async () => {
    const { HOME: _, ...env } = cleanEnvironment();
    const home = path.join(temporaryFolder(), "missing/home");
    const server = startRawServer(temporaryFolder(project), [], { ...env, HOME: home });
    await server.request("initialize", introduction);
    const answer = await server.request("tools/call", { name: "code_search", arguments: { query: "Shop" } });
    expect(JSON.stringify(answer)).toContain("src/shop.py:3");
    expect(server.stderr()).toBe("");
  });
});
