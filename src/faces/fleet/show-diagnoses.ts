import type { Diagnosis, StepResult } from "#agents";
import { counted } from "../format.ts";
import { table } from "../tables/table.ts";
import { asJson, type Asked } from "./asked.ts";
import { adviceLines } from "./failures.ts";

/** `caelum fleet doctor`: a row for each host with its first failing step, then what to do. */
export function showDiagnoses(diagnoses: readonly Diagnosis[], { options }: Asked): string {
  if (options.json) return asJson({ hosts: diagnoses });
  const rows = options.verbose
    ? diagnoses.flatMap(({ host, steps }) =>
        steps.map((step) => [host, step.step, step.state, `${step.ms} ms`, step.detail]),
      )
    : diagnoses.map((diagnosis) => [diagnosis.host, ...verdict(diagnosis)]);
  const head = options.verbose
    ? ["host", "step", "state", "took", "what was found"]
    : ["host", "usable", "step", "what was found"];
  const unusable = diagnoses.filter(({ usable }) => !usable).length;
  const end =
    unusable === 0
      ? `${counted(diagnoses.length, "host")}, all usable\n`
      : `${unusable} of ${counted(diagnoses.length, "host")} cannot be used\n`;
  return `${table(head, rows)}${adviceLines(diagnoses.flatMap(advice))}\n${end}`;
}

function verdict({ steps, usable }: Diagnosis): [usable: string, step: string, detail: string] {
  const telling = steps.filter(({ state }) => state === "warn");
  const failed = steps.find(({ state }) => state === "failed");
  if (failed !== undefined) return ["no", failed.step, failed.detail];
  const [first] = telling;
  const detail = (step: StepResult["step"]): string => steps.find((each) => each.step === step)?.detail ?? "";
  const measured = [detail("agent"), detail("throughput")].filter(Boolean).join(", ");
  if (!usable || first === undefined) return ["yes", "–", measured];
  if (telling.length === 1) return ["yes", first.step, first.detail];
  return ["yes", first.step, telling.map((step) => `${step.step}: ${step.detail}`).join("; ")];
}

function advice({ host, steps }: Diagnosis): { host: string; hint: string }[] {
  return steps.flatMap(({ hint }) => (hint === undefined ? [] : [{ host, hint }]));
}
