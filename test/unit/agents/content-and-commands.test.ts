import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually, isAlive } from "../../helpers/processes.ts";
import { localSession } from "../../helpers/local-session.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const shaOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("content on a host", () => {
  test("is put once, whatever its size, and comes back as it was", async () => {
    const session = await localSession();
    const small = randomBytes(1000);
    const large = randomBytes(9 * 1024 * 1024);
    const file = path.join(temporaryFolder(), "large");
    writeFileSync(file, large);
    const blobs = [
      { sha: shaOf(small), bytes: small },
      { sha: shaOf(large), path: file },
    ];
    expect(await session.putBlobs(blobs)).toEqual({ sent: 2, bytes: small.length + large.length });
    expect(await session.putBlobs(blobs)).toEqual({ sent: 0, bytes: 0 });
    expect(shaOf(await session.getBlob(shaOf(large)))).toBe(shaOf(large));
    expect(shaOf(await session.getBlob(shaOf(small)))).toBe(shaOf(small));
  });

  test("that is not what its hash says is refused and not kept", async () => {
    const session = await localSession();
    const promised = shaOf(Buffer.from("promised"));
    const large = Buffer.alloc(5 * 1024 * 1024);
    for (const bytes of [Buffer.from("given"), large]) {
      await expect(session.putBlobs([{ sha: promised, bytes }])).rejects.toMatchObject({
        agentCode: "wrong-hash",
      });
    }
    expect(await session.missingBlobs([promised])).toEqual([promised]);
    await expect(session.getBlob(promised)).rejects.toMatchObject({ agentCode: "missing-blob" });
    await expect(session.getBlob("../../etc/passwd")).rejects.toMatchObject({ agentCode: "bad-hash" });
  });
});

describe("commands on a host", () => {
  test("have their input, both outputs and their exit code", async () => {
    const session = await localSession();
    const script =
      "process.stdin.pipe(process.stdout); process.stdin.on('end', () => { console.error('done'); process.exitCode = 3 })";
    const command = await session.exec(process.execPath, ["-e", script], { env: { A: "1" } });
    command.stdin.end("hello");
    const [out, err, end] = await Promise.all([text(command.stdout), text(command.stderr), command.exited]);
    expect({ out, err, end }).toMatchObject({
      out: "hello",
      err: "done\n",
      end: { code: 3, timedOut: false },
    });
  });

  test("may print more than any window holds to a reader that is slow", async () => {
    const session = await localSession();
    const command = await session.exec(process.execPath, [
      "-e",
      "process.stdout.write('x'.repeat(5_000_000))",
    ]);
    let length = 0;
    for await (const chunk of command.stdout) {
      length += (chunk as Buffer).length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(length).toBe(5_000_000);
  });

  test("that run too long or are cancelled end with all they have started", async () => {
    const session = await localSession();
    const script =
      "const c = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }); console.log(c.pid); setInterval(() => {}, 1000)";
    for (const how of ["time-out", "cancelled"]) {
      const cancel = new AbortController();
      const options = how === "cancelled" ? { signal: cancel.signal } : { timeoutMs: 1500 };
      const command = await session.exec(process.execPath, ["-e", script], options);
      const [first] = (await once(command.stdout, "data")) as [Buffer];
      cancel.abort();
      const end = await command.exited;
      expect(end.timedOut).toBe(how === "time-out");
      await eventually("its child has ended", () => !isAlive(Number(String(first))));
    }
  });

  test("that do not exist are named", async () => {
    const session = await localSession();
    await expect(session.exec("no-such-program-here", [])).rejects.toMatchObject({ agentCode: "spawn" });
  });
});

describe("tunnels through a host", () => {
  test("carry bytes both ways and both ends", async () => {
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
      let received = 0;
      socket.on("data", (chunk) => (received += chunk.length));
      socket.on("end", () => socket.end(`got ${received}`));
    });
    onTestFinished(() => void server.close());
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as net.AddressInfo;
    const session = await localSession();
    const tunnel = await session.tunnel({ host: "127.0.0.1", port });
    tunnel.end(Buffer.alloc(3_000_000));
    expect(await text(tunnel)).toBe("got 3000000");
  });

  test("to where nobody listens say so", async () => {
    const server = net.createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as net.AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const session = await localSession();
    await expect(session.tunnel({ host: "127.0.0.1", port })).rejects.toThrow(/not reachable/);
  });
});

test("a host says what it is and how busy it is", async () => {
  const session = await localSession();
  expect(await session.facts()).toMatchObject({
    platform: process.platform,
    arch: process.arch,
    node: process.versions.node,
    gpus: expect.any(Array) as unknown,
    tools: expect.arrayContaining(["git"]) as unknown,
  });
  await eventually("its load is known", () => session.vitals !== undefined);
});
