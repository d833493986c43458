import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type { Channel, Host, Link } from "#fleet";
import { parseHello } from "#protocol";
import type { LocalFile } from "../built-file.ts";
import { AgentStartError } from "../errors.ts";
import { firstLine, newNonce, nextLine, type StartedAgent } from "../start-agent.ts";
import { cachedRuntime } from "./fetch-runtime.ts";
import { runtimeFor } from "./runtimes.ts";
import { loader, putScript, startScript } from "./scripts.ts";

/** Room for the agent, a few bundles and what is under way. */
const minFreeKb = 20_480;
/** Missing Node and missing agent are both known after the first try; a third shows that something is odd. */
const maxTries = 3;
const loaderWord = Buffer.from(loader).toString("base64");

const installNode = "install Node 20 or newer there, or name it as nodePath in the fleet file";

/** What a host lacks, as the start script tells it. */
interface Missing {
  agent: boolean;
  node: boolean;
  system: string;
  machine: string;
  libc: string;
  gzip: boolean;
  folder: string;
  /** Where programs may run. */
  programFolder: string;
}

/**
 * Starts the agent on a POSIX host, whatever its login shell; sends what is missing first. One exec when nothing is,
 * each closed before the next, so that hosts that allow one session work too. Throws a CaelumError.
 */
export async function startPosixAgent(
  host: Host,
  link: Link,
  agent: LocalFile,
  signal: AbortSignal,
): Promise<StartedAgent> {
  let nodeSent = false;
  let agentSent = false;
  for (let attempt = 1; attempt <= maxTries; attempt++) {
    const nonce = newNonce();
    const { agentFolder = "-", nodePath = "-" } = host;
    const words = [nonce, agent.sha, loaderWord, String(minFreeKb), agentFolder, nodePath];
    const channel = await link.exec(["exec", "sh", "-c", startScript, "caelum", ...words]);
    const first = await firstLine(host, channel, nonce, signal);
    if (first.line.word === "HELLO") {
      const start = nodeSent ? "shipped" : agentSent ? "cold" : "warm";
      return { hello: parseHello(first.line.rest), start, channel, rest: first.rest };
    }
    if (first.line.word === "STALE") {
      await finish(channel);
      continue;
    }
    const fields = new Map([[first.line.word, first.line.rest]]);
    let { rest } = first;
    while (!fields.has("NEED")) {
      const next = await nextLine(host, channel, nonce, signal, rest);
      fields.set(next.line.word, next.line.rest);
      ({ rest } = next);
    }
    await finish(channel);
    const missing = parseMissing(fields);
    if (missing.folder === "") {
      throw new AgentStartError(host.name, `no folder of ours has ${minFreeKb / 1024} MB of room`, {
        hint: "free some space, or set agentFolder in the fleet file",
      });
    }
    if (missing.node && nodeSent) {
      throw new AgentStartError(host.name, "the Node that was sent does not run there", {
        hint: installNode,
      });
    }
    if (missing.node) {
      await sendRuntime(host, link, missing, signal);
      nodeSent = true;
    }
    if (missing.agent) {
      agentSent = true;
      const content = createReadStream(agent.path);
      await put(
        host,
        link,
        { ...missing, relative: `agent/${agent.sha}.cjs`, sha: agent.sha, mode: "600", content },
        signal,
      );
    }
  }
  throw new AgentStartError(host.name, `it still lacks something after ${maxTries} tries`);
}

async function sendRuntime(host: Host, link: Link, missing: Missing, signal: AbortSignal): Promise<void> {
  const { system, machine, libc, programFolder } = missing;
  const runtime = runtimeFor(system, machine, libc);
  const details = { hint: installNode };
  if (runtime === undefined) {
    const what = [system, machine, libc === "-" ? "" : libc].filter(Boolean).join(" ");
    throw new AgentStartError(host.name, `it has no Node, and there is none to send for ${what}`, details);
  }
  if (programFolder === "") {
    const why = "it has no Node, and no folder of ours has 200 MB of room and lets programs run";
    throw new AgentStartError(host.name, why, details);
  }
  const cached = await cachedRuntime(runtime, signal);
  const compressed = createReadStream(cached.compressed);
  const content = missing.gzip ? compressed : compressed.pipe(createGunzip());
  const target = {
    ...missing,
    folder: programFolder,
    relative: `rt/${runtime.id}/node`,
    sha: cached.sha,
    mode: "700",
  };
  await put(host, link, { ...target, content, compressed: true }, signal);
}

interface Upload {
  folder: string;
  relative: string;
  sha: string;
  mode: string;
  gzip: boolean;
  content: Readable;
  /** The content is gzip already, if the host can undo it. */
  compressed?: boolean;
}

async function put(host: Host, link: Link, upload: Upload, signal: AbortSignal): Promise<void> {
  const { folder, relative, sha, mode, gzip, content, compressed = false } = upload;
  const nonce = newNonce();
  const filter = gzip ? "gzip -dc" : "cat";
  const channel = await link.exec([
    "exec",
    "sh",
    "-c",
    putScript,
    "caelum",
    nonce,
    folder,
    relative,
    sha,
    mode,
    filter,
  ]);
  const answer = firstLine(host, channel, nonce, signal, 600_000);
  answer.catch(() => undefined);
  const source = gzip && !compressed ? content.pipe(createGzip({ level: 6 })) : content;
  // When the far side gives up, its answer or its end says more than the broken pipe.
  await pipeline(source, channel.stdin).catch(() => undefined);
  const { line } = await answer;
  await finish(channel);
  if (line.rest !== "ok") {
    throw new AgentStartError(host.name, `${relative} did not arrive whole in ${folder}`, {
      hint: "is the disk full? set agentFolder in the fleet file to where there is room",
    });
  }
}

/** The channel's end: hosts that allow one session want it before the next. */
async function finish(channel: Channel): Promise<void> {
  channel.stdout.resume();
  channel.stderr.resume();
  channel.stdin.end();
  await channel.closed;
}

function parseMissing(fields: ReadonlyMap<string, string>): Missing {
  const need = new Map(
    (fields.get("NEED") ?? "").split(" ").map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  );
  return {
    agent: need.get("agent") !== "1",
    node: need.get("node") !== "1",
    system: need.get("os") ?? "",
    machine: need.get("arch") ?? "",
    libc: need.get("libc") ?? "-",
    gzip: need.get("gz") === "1",
    folder: fields.get("DIR") ?? "",
    programFolder: fields.get("XDIR") ?? "",
  };
}
