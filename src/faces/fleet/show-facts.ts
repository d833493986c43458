import type { Answered, HostFacts } from "#agents";
import { bytes } from "../format.ts";
import { table } from "../tables/table.ts";
import { asJson, type Asked } from "./asked.ts";
import { adviceOf, flat, shownFailure } from "./failures.ts";

/** `caelum fleet facts`. */
export function showFacts(answers: readonly Answered<HostFacts>[], { options }: Asked): string {
  if (options.json) return asJson({ hosts: answers.map(flat) });
  const rows = answers.map((answer) => {
    if ("error" in answer) return [answer.host, shownFailure(answer.host, answer.error)];
    const { value } = answer;
    return [
      answer.host,
      [value.platform, value.arch, value.libc].filter(Boolean).join(" "),
      String(value.cores),
      value.platform === "win32" ? "–" : value.load.toFixed(1),
      `${bytes(value.freeMemory)} of ${bytes(value.memory)}`,
      bytes(value.freeDisk),
      value.node,
      gpus(value) || "–",
      value.tools.join(" ") || "–",
    ];
  });
  const head = ["host", "system", "cores", "load", "memory free", "disk free", "node", "gpu", "tools"];
  return `${withFailuresBelow(head, rows)}${adviceOf(answers)}`;
}

function gpus({ gpus: all }: HostFacts): string {
  return all.map(({ name, memory }) => `${name} ${bytes(memory)}`).join(", ");
}

/** A long message in a column of numbers would push all others to the right. */
export function withFailuresBelow(
  head: readonly string[],
  rows: readonly (readonly [host: string, ...cells: string[]] | readonly string[])[],
): string {
  const whole = rows.filter((row) => row.length === head.length);
  const failed = rows.filter((row) => row.length !== head.length);
  const answered = whole.length === 0 ? "" : table(head, whole);
  if (failed.length === 0) return answered;
  return `${answered}${answered === "" ? "" : "\n"}${table(["host", "failed at"], failed)}`;
}
