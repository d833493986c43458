import { type Host, type ShownKey, shownHostKey, trustHostKey, forgetCommand } from "#fleet";
import { throwIfAborted } from "#kernel";
import { askEach } from "./ask-each.ts";
import { bounded } from "./bounded.ts";
import { type Answered, failureOf } from "./host-failure.ts";

/** What became of a host's key. */
export interface TrustOutcome {
  key: ShownKey;
  /** `refused`: the key is another than the known one, or was revoked; nothing is ever written then. */
  result: "known" | "trusted" | "declined" | "refused";
  /** For `refused`: the line that is in the way, and the command that removes it. */
  hint?: string;
}

/** Asked for every unknown key, one after the other. */
export type Consent = (key: ShownKey) => boolean | Promise<boolean>;

const showMs = 20_000;

/** Gets the keys of all hosts at once, then writes those that `consent` vouches for. In the order given. */
export async function trustHosts(
  hosts: readonly Host[],
  consent: Consent,
  signal: AbortSignal,
): Promise<Answered<TrustOutcome>[]> {
  const shown = await askEach(hosts, signal, (host) =>
    bounded(host.name, showMs, signal, (within) => shownHostKey(host, within)),
  );
  const outcomes: Answered<TrustOutcome>[] = [];
  for (const answer of shown) {
    if ("error" in answer) outcomes.push(answer);
    else outcomes.push(await decide(answer.host, answer.value, consent));
    throwIfAborted(signal);
  }
  return outcomes;
}

async function decide(host: string, key: ShownKey, consent: Consent): Promise<Answered<TrustOutcome>> {
  if (key.verdict === "known") return { host, value: { key, result: "known" } };
  if (key.verdict !== "unknown") {
    const [line] = key.inTheWay;
    const where = line === undefined ? "known_hosts" : `${line.file}:${line.line}`;
    const hint = `find out why; ${where} is in the way; if the change is right: ${forgetCommand(key)}`;
    return { host, value: { key, result: "refused", hint } };
  }
  if (!(await consent(key))) return { host, value: { key, result: "declined" } };
  try {
    await trustHostKey(key);
    return { host, value: { key, result: "trusted" } };
  } catch (error) {
    return { host, error: failureOf(error) };
  }
}
