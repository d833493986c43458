import { type Consent, trustHosts } from "#agents/upkeep";
import { askToTrust, showTrust } from "#faces/fleet";
import { type ExitName, UsageError } from "#kernel";
import type { Context } from "../context.ts";
import { chooseHosts } from "./choose.ts";
import type { TrustFlags } from "./trust.ts";

/** @throws UsageError, CancelledError */
export async function runTrust(
  context: Context,
  named: readonly string[],
  flags: TrustFlags,
): Promise<ExitName> {
  const consent = consentOf(flags, context.signal);
  const { hosts } = await chooseHosts(context, flags, named);
  const remote = hosts.filter(({ address }) => address.type === "ssh");
  const answers = await trustHosts(remote, consent, context.signal);
  context.stdout.stream.write(showTrust(answers, context));
  const trusted = answers.every(
    (answer) => "value" in answer && ["known", "trusted"].includes(answer.value.result),
  );
  return trusted ? "ok" : "fleet";
}

function consentOf({ yes, fingerprint }: TrustFlags, signal: AbortSignal): Consent {
  if (fingerprint !== undefined) {
    if (!/^SHA256:[\w+/]{43}$/.test(fingerprint)) {
      throw new UsageError(
        `--fingerprint must be as ssh-keygen -l prints it, SHA256:…, not "${fingerprint}"`,
      );
    }
    return (key) => key.fingerprint === fingerprint;
  }
  return yes === true ? () => true : (key) => askToTrust(key, signal);
}
