import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { createHash } from "node:crypto";
import type { Channel, Host, Link, RemoteFiles } from "#fleet";
import { parseHello } from "#protocol";
import type { LocalFile } from "../built-file.ts";
import { AgentStartError } from "../errors.ts";
import { firstLine, newNonce, type StartedAgent, youngGeneration } from "../start-agent.ts";
import { cachedRuntime } from "./fetch-runtime.ts";
import { runtimeFor, type Runtime } from "./runtimes.ts";
import { windowsBoot } from "./scripts.ts";

/** Relative to the home folder, where both SFTP and the login shell begin. */
const home = "AppData/Local/caelum";
const bootBytes = Buffer.from(windowsBoot);
const bootName = `boot-${createHash("sha256").update(bootBytes).digest("hex").slice(0, 16)}.cjs`;

/**
 * What a Windows host's processor is (`AMD64`), or undefined when the host is none. The same line is read alike by
 * cmd and by PowerShell, whichever sshd starts.
 */
export async function probeWindows(host: Host, link: Link, signal: AbortSignal): Promise<string | undefined> {
  const nonce = newNonce();
  const channel = await link.exec(`cmd /d /c "echo CAELUM1 ${nonce} WIN %OS% %PROCESSOR_ARCHITECTURE%"`);
  try {
    const { line } = await firstLine(host, channel, nonce, signal);
    await finish(channel);
    const [system, machine] = line.rest.trim().split(" ");
    return line.word === "WIN" && system === "Windows_NT" ? machine : undefined;
  } catch (error) {
    if (error instanceof AgentStartError) return undefined;
    throw error;
  }
}

/**
 * Starts the agent on a Windows host: no shell does any work there. What is missing is sent by SFTP; a small boot
 * file verifies the agent's bytes before it runs them. No word of the command needs a quote. Throws a CaelumError.
 */
export async function startWindowsAgent(
  host: Host,
  link: Link,
  agent: LocalFile,
  machine: string,
  signal: AbortSignal,
): Promise<StartedAgent> {
  const { files } = link;
  const runtime = runtimeFor("Windows_NT", machine, "-");
  if (runtime === undefined)
    throw new AgentStartError(host.name, `there is no Node to send for Windows on ${machine}`);
  const node = host.nodePath ?? `${home}/rt/${runtime.id}/node.exe`;
  const first = await tryStart(host, link, node, agent, signal);
  if ("hello" in first) return { ...first, start: "warm" };
  if (files === undefined) {
    throw new AgentStartError(host.name, "a Windows host needs SFTP within caelum the first time", {
      hint: "set transport: ssh2 for it in the fleet file",
    });
  }
  const nodeSent =
    host.nodePath === undefined &&
    first.why !== "stale" &&
    (await sendRuntime(files, node, runtime, host, signal));
  await files.put(bootBytes, `${home}/${bootName}`);
  await files.put(await readFile(agent.path), `${home}/agent/${agent.sha}.cjs`);
  const second = await tryStart(host, link, node, agent, signal);
  if ("hello" in second) return { ...second, start: nodeSent ? "shipped" : "cold" };
  throw second.error;
}

interface NotStarted {
  why: "stale" | "missing";
  error: AgentStartError;
}

async function tryStart(
  host: Host,
  link: Link,
  node: string,
  agent: LocalFile,
  signal: AbortSignal,
): Promise<Omit<StartedAgent, "start"> | NotStarted> {
  const nonce = newNonce();
  const words = [node, `${home}/${bootName}`].map((file) => file.replaceAll("/", "\\"));
  const [program = "", boot = ""] = words;
  const channel = await link.exec([program, youngGeneration, boot, nonce, agent.sha].join(" "));
  try {
    const { line, rest } = await firstLine(host, channel, nonce, signal);
    if (line.word === "HELLO") return { hello: parseHello(line.rest), channel, rest };
    await finish(channel);
    return {
      why: "stale",
      error: new AgentStartError(host.name, "the agent that was sent is not what it should be"),
    };
  } catch (error) {
    if (error instanceof AgentStartError) return { why: "missing", error };
    throw error;
  }
}

/** False when it was there already. */
async function sendRuntime(
  files: RemoteFiles,
  remote: string,
  runtime: Runtime,
  host: Host,
  signal: AbortSignal,
): Promise<boolean> {
  const cached = await cachedRuntime(runtime, signal);
  if ((await files.sha256(remote)) === cached.sha) return false;
  await files.put(await buffer(createReadStream(cached.compressed).pipe(createGunzip())), remote);
  // Nothing on the host can be trusted to hash it, so it is read back: 80 MB, once.
  if ((await files.sha256(remote)) !== cached.sha)
    throw new AgentStartError(host.name, "Node did not arrive whole");
  return true;
}

async function finish(channel: Channel): Promise<void> {
  channel.stdout.resume();
  channel.stderr.resume();
  channel.stdin.end();
  await channel.closed;
}
