import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "./temporary-folder.ts";

export interface TestRedis {
  url: string;
  /** The first process; `restart` starts another one on the same socket. */
  server: ChildProcess;
  restart: () => Promise<void>;
}

/** A server of our own on a socket of its own; it ends with the test. */
export async function startRedis(): Promise<TestRedis> {
  const folder = temporaryFolder();
  const socket = path.join(folder, "redis.sock");
  const start = async (): Promise<ChildProcess> => {
    const args = ["--port", "0", "--unixsocket", socket, "--dir", folder, "--save", "", "--daemonize", "no"];
    const child = spawn("redis-server", args, { stdio: "ignore" });
    onTestFinished(async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
    });
    while (!existsSync(socket)) await sleep(20);
    return child;
  };
  const server = await start();
  const restart = async (): Promise<void> => {
    if (server.signalCode === null) await once(server, "exit");
    rmSync(socket, { force: true });
    await start();
  };
  return { url: `unix://${socket}`, server, restart };
}
