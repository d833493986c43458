import { examples, type Register } from "../command.ts";
import { type HostFlags, hostOptions } from "./options.ts";

export interface TrustFlags extends HostFlags {
  readonly yes?: true;
  readonly fingerprint?: string;
}

export const register: Register = (parent, bind) => {
  hostOptions(parent.command("trust"))
    .description(
      "show the keys of hosts that are not known yet, and write those you vouch for into known_hosts",
    )
    .argument("[hosts...]", "hosts or groups; default: all")
    .option("--yes", "trust every unknown key without a question: only on a network you trust")
    .option("--fingerprint <sha256>", "trust this key and no other; SHA256:…")
    .addHelpText(
      "after",
      examples(
        ["caelum fleet trust", "ask about every host that is not known"],
        ["caelum fleet trust mini", "about one"],
        ["caelum fleet trust mini --fingerprint SHA256:AbC…", "without a question, if it is this key"],
      ),
    )
    .action(
      bind<TrustFlags>(async (context, { args, options }) => {
        const { runTrust } = await import("./run-trust.ts");
        return runTrust(context, args[0] as string[], options);
      }),
    );
};
