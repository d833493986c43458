import { stripVTControlCharacters } from "node:util";
import { type Channel, type Host, HostSessionError, type Link } from "#fleet";
import { CaelumError } from "#kernel";
import { magic } from "#protocol";
import { describeEnd, newNonce } from "../start-agent.ts";

/** A shell that goes on talking for ever is not listened to for ever. */
const maxBytes = 4 * 1024 * 1024;

/** What a script said in our terms. */
export interface ScriptAnswer {
  /** Word and rest of each line, in order. */
  lines: readonly (readonly [word: string, rest: string])[];
  /** What the login shell printed besides, shortened. */
  noise: string;
}

/** Every script begins with this; `say WORD …` answers. Its own arguments follow as `$1`, `$2`, …. */
const prelude = `n=$1; shift; umask 077; LC_ALL=C; export LC_ALL
say() { printf '\\n${magic} %s %s\\n' "$n" "$*"; }
`;

/**
 * Runs a script of a POSIX shell on a host, without an agent. It comes on stdin, so the login shell never reads it and
 * it may hold any character; arguments that are empty are written `-`. Rejects with a HostSessionError that quotes
 * what came instead.
 */
export async function runScript(
  host: Host,
  link: Link,
  script: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<ScriptAnswer> {
  const nonce = newNonce();
  const words = ["sh", "-s", nonce, ...args.map((arg) => (arg === "" ? "-" : arg))];
  const channel = await link.exec(host.address.type === "local" ? words : ["exec", ...words]);
  const stop = (): void => channel.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    channel.stdin.end(`${prelude}${script}\nsay END\n`);
    const { text, complaint } = await listen(channel);
    const end = await channel.closed;
    const { lines, noise } = parseAnswer(text, nonce);
    if (lines.at(-1)?.[0] === "END") return { lines: lines.slice(0, -1), noise };
    if (end.error instanceof CaelumError) throw end.error;
    const said = [noise, complaint.trim()].filter(Boolean).join(" | ");
    const why = `its login shell does not run sh: ${describeEnd(end)}`;
    throw new HostSessionError(host.name, said === "" ? why : `${why}; it said: ${said}`);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function listen(channel: Channel): Promise<{ text: string; complaint: string }> {
  const { stdout, stderr } = channel;
  let text = "";
  let complaint = "";
  stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString("utf8")).slice(-400);
  });
  const ended = new Promise<void>((resolve) => {
    stdout
      .once("end", resolve)
      .once("close", resolve)
      .once("error", () => resolve());
    stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.length > maxBytes) channel.destroy();
    });
  });
  await Promise.race([ended, channel.closed]);
  return { text, complaint };
}

/** A prompt or an unfinished line of a banner may stand in front of ours. */
export function parseAnswer(text: string, nonce: string): ScriptAnswer {
  const marker = `${magic} ${nonce} `;
  const lines: [string, string][] = [];
  const noise: string[] = [];
  for (const line of text.split("\n")) {
    const at = line.indexOf(marker);
    const before = at < 0 ? line : line.slice(0, at);
    if (before.trim() !== "")
      noise.push(
        stripVTControlCharacters(before)
          .replace(/\p{Cc}/gu, "")
          .trim(),
      );
    if (at < 0) continue;
    const ours = line.slice(at + marker.length).replace(/\r$/, "");
    const space = ours.indexOf(" ");
    lines.push(space < 0 ? [ours, ""] : [ours.slice(0, space), ours.slice(space + 1)]);
  }
  return { lines, noise: noise.join(" | ").slice(0, 200) };
}
