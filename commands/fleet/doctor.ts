import { examples, type Register } from "../command.ts";
import { type HostFlags, hostOptions } from "./options.ts";

interface DoctorFlags extends HostFlags {
  readonly timeout: string;
}

export const register: Register = (parent, bind) => {
  hostOptions(parent.command("doctor"))
    .description("walk every step to a working agent on each host, and name the fix for what fails")
    .argument("[hosts...]", "hosts or groups; default: all")
    .option("--timeout <duration>", "for each step; the start of the agent has longer", "10s")
    .addHelpText(
      "after",
      examples(
        ["caelum fleet doctor", "every host; exit code 3 if one of them cannot be used"],
        ["caelum fleet doctor mini", "one host"],
        ["caelum fleet doctor --verbose", "every step of every host, with times"],
      ),
    )
    .action(
      bind<DoctorFlags>(async (context, { args, options }) => {
        const { chooseHosts } = await import("./choose.ts");
        const { durationMs } = await import("./duration.ts");
        const { diagnoseHosts } = await import("#agents/doctor");
        const { showDiagnoses } = await import("#faces/fleet");
        const stepMs = durationMs("--timeout", options.timeout);
        const { hosts } = await chooseHosts(context, options, args[0] as string[]);
        const diagnoses = await diagnoseHosts(hosts, { stepMs, signal: context.signal });
        context.stdout.stream.write(showDiagnoses(diagnoses, context));
        return diagnoses.every(({ usable }) => usable) ? "ok" : "fleet";
      }),
    );
};
