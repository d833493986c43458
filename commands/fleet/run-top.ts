import { factsOfHosts, statusOfHosts, watchHosts } from "#agents/upkeep";
import type { Host } from "#fleet";
import { type ExitName, throwIfAborted } from "#kernel";
import { canShowTop, showTop, topTable } from "#faces/top";
import type { Context } from "../context.ts";
import { chooseHosts } from "./choose.ts";
import type { TopFlags } from "./top.ts";

export async function runTop(context: Context, named: readonly string[], flags: TopFlags): Promise<ExitName> {
  const { stdout, env, options, signal } = context;
  const { hosts } = await chooseHosts(context, flags, named);
  const json = options.json === true;
  if (flags.once !== true && json) {
    await watchHosts(hosts, signal, (event) => void stdout.stream.write(`${JSON.stringify(event)}\n`));
    throwIfAborted(signal);
    return "ok";
  }
  return flags.once === true || !canShowTop(stdout, env) ? once(context, hosts, json) : live(context, hosts);
}

async function once({ stdout, signal }: Context, hosts: readonly Host[], json: boolean): Promise<ExitName> {
  // One after the other: the second must not count the agents of the first.
  const status = await statusOfHosts(hosts, signal);
  const facts = await factsOfHosts(hosts, signal);
  const answers = facts.map((answer, index) => ({ facts: answer, status: status[index] }));
  stdout.stream.write(topTable(answers, { json, width: stdout.isTerminal ? stdout.width : Infinity }));
  return facts.some((answer) => "error" in answer) ? "fleet" : "ok";
}

async function live({ stdout, clock, signal }: Context, hosts: readonly Host[]): Promise<ExitName> {
  const quitting = new AbortController();
  const names = hosts.map(({ name }) => name);
  const top = await showTop({ hosts: names, clock, stdout, quit: () => quitting.abort() });
  try {
    await watchHosts(hosts, AbortSignal.any([signal, quitting.signal]), top.show);
  } finally {
    await top.stop();
  }
  throwIfAborted(signal);
  return "ok";
}
