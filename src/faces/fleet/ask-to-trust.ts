import { randomArt, type ShownKey } from "#fleet";
import { askForConsent } from "../ask.ts";

/** Shows a key and asks whether it is to be trusted. @throws UsageError where there is no terminal, CancelledError */
export async function askToTrust(key: ShownKey, signal: AbortSignal): Promise<boolean> {
  const art = await randomArt(key);
  const lines = [
    `host "${key.host}" (${key.name}) shows this ${key.type} key:`,
    ...(art === undefined ? [] : [art]),
    key.fingerprint,
    "Compare it with what the host itself says (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub) before you trust it.",
    "Trust it from now on?",
  ];
  const hint = "--fingerprint SHA256:… accepts one key, --yes all that are unknown";
  return askForConsent(lines.join("\n"), hint, signal);
}
