import { stripVTControlCharacters } from "node:util";
import * as v from "valibot";
import type { RunEvent } from "#agents";
import { startSpan } from "#kernel";
import type { Row } from "../answer.ts";
import { fields } from "../fields.ts";
import { plainLine, plainLines } from "../plain-text.ts";
import { tool } from "../tool.ts";

const usualSeconds = 60;
/** Of each host: the first half of it and the last. */
const keptBytes = 64_000;

export const fleetExec = tool({
  name: "fleet_exec",
  description:
    "Run one command (words, no shell) on hosts at once. A policy decides; the person may be asked.",
  toolset: "fleet",
  capability: "act",
  annotations: { destructiveHint: true, openWorldHint: true },
  input: v.strictObject({
    command: v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.maxLength(4000),
          v.check((word) => !word.includes("\0"), "no NUL"),
        ),
      ),
      v.minLength(1),
      v.maxLength(200),
    ),
    hosts: v.optional(v.pipe(v.array(fields.name(200)), v.maxLength(200))),
    labels: v.optional(v.pipe(v.array(fields.name(200)), v.maxLength(20))),
    timeoutSeconds: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(86_400))),
    detail: fields.detail,
  }),
  async run(
    { command, hosts: names, labels, timeoutSeconds = usualSeconds },
    { fleet, signal, authorize, progress },
  ) {
    const { selectSomeHosts } = await import("#fleet");
    const chosen = selectSomeHosts(await fleet(), {
      ...(names === undefined ? {} : { hosts: names }),
      ...(labels === undefined ? {} : { labels }),
    });
    const hosts = chosen.map(({ name }) => name);
    const grant = await authorize({
      kind: "fleet_exec",
      words: command,
      hosts,
      timeoutMs: timeoutSeconds * 1000,
    });
    const { runEverywhere } = await import("#agents/upkeep");
    const said = new Map(hosts.map((host) => [host, new Kept()]));
    const ends = new Map<string, string>();
    const startedAt = Date.now();
    try {
      const { failed, unreachable } = await runEverywhere(chosen, command, {
        shell: false,
        signal,
        timeoutMs: grant.timeoutMs,
        env: grant.env,
        onEvent: (event) => {
          if (event.type === "output") {
            said.get(event.host)?.add(event.bytes);
            return;
          }
          ends.set(event.host, endOf(event));
          traceEnd(event, startedAt);
          progress(ends.size, hosts.length, "hosts done:");
        },
      });
      grant.record({ ends: Object.fromEntries(ends) });
      return {
        summary: `${hosts.length - failed.length - unreachable.length} of ${hosts.length} hosts succeeded, ${failed.length} failed, ${unreachable.length} not reached`,
        facts: { hosts: hosts.length, failed: failed.length, unreachable: unreachable.length },
        rows: hosts.flatMap((host) => rowsOf(host, ends.get(host) ?? "no end", said.get(host)!.text())),
        narrow: "hosts, or a command that prints less",
        ...(failed.length + unreachable.length > 0 ? { isError: true } : {}),
      };
    } catch (error) {
      grant.record({ ends: Object.fromEntries(ends), stopped: signal.aborted });
      throw error;
    }
  },
});

/** The command on one host, as a span that has just ended; the words are no attribute. */
function traceEnd(event: Exclude<RunEvent, { type: "output" }>, askedAt: number): void {
  const host = { "caelum.host": event.host };
  if (event.type === "unreachable") {
    startSpan("command", { kind: "client", startedAt: askedAt, attributes: host })?.end(event.error.code);
    return;
  }
  const { code, signal, timedOut } = event;
  startSpan("command", {
    kind: "client",
    startedAt: Date.now() - event.ms,
    attributes: { ...host, "process.exit.code": code },
  })?.end(timedOut ? "timeout" : signal);
}

function endOf(event: Exclude<RunEvent, { type: "output" }>): string {
  if (event.type === "unreachable") return `not reached: ${event.error.message}`;
  const { code, signal, timedOut, message } = event;
  if (message !== undefined) return message;
  if (timedOut) return "its time was over";
  return signal === undefined ? `exit code ${code ?? "unknown"}` : `ended by ${signal}`;
}

function rowsOf(host: string, end: string, text: string): Row[] {
  const name = plainLine(host, 80);
  const lines = plainLines(stripVTControlCharacters(text.trimEnd()));
  const shown = lines.length === 1 && lines[0] === "" ? [] : lines;
  return [plainLine(end, 300), ...shown].map((line, at) => ({
    line: `${name}${at === 0 ? ":" : " |"} ${line}`,
    item: at === 0 ? { host: name, end: line } : line,
  }));
}

/** The beginning and the end of what a host says. */
class Kept {
  #first = Buffer.alloc(0);
  #last = Buffer.alloc(0);
  #dropped = 0;

  add(bytes: Uint8Array): void {
    const room = keptBytes / 2 - this.#first.length;
    if (room > 0) this.#first = Buffer.concat([this.#first, bytes.subarray(0, room)]);
    const rest = Buffer.concat([this.#last, bytes.subarray(Math.max(0, room))]);
    const over = Math.max(0, rest.length - keptBytes / 2);
    this.#dropped += over;
    this.#last = Buffer.from(rest.subarray(over));
  }

  text(): string {
    const middle = this.#dropped === 0 ? "" : `\n[${this.#dropped} bytes left out]\n`;
    return `${this.#first.toString("utf8")}${middle}${this.#last.toString("utf8")}`;
  }
}
