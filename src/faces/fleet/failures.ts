import type { Answered, HostFailure } from "#agents";

/** `try:` lines, each with the host it is about. */
export function adviceLines(advice: readonly { host: string; hint: string }[]): string {
  const width = Math.max(0, ...advice.map(({ host }) => host.length));
  return advice.map(({ host, hint }) => `  ${host.padEnd(width)}  try: ${hint}\n`).join("");
}

/** What the hosts that failed would need. */
export function adviceOf(answers: readonly Answered<unknown>[]): string {
  return adviceLines(
    answers.flatMap((answer) =>
      "error" in answer && answer.error.hint !== undefined
        ? [{ host: answer.host, hint: answer.error.hint }]
        : [],
    ),
  );
}

/** In a row that begins with the host's name, the message need not repeat it. */
export function shownFailure(host: string, { step, message }: HostFailure): string {
  return `${step}: ${withoutHost(host, message)}`;
}

export function withoutHost(host: string, message: string): string {
  const name = `host "${host}"`;
  return message.startsWith(`${name} `) ? message.slice(name.length + 1) : message.replace(` on ${name}`, "");
}

/** For `--json`: one flat object for each host. */
export function flat<T extends object>(answer: Answered<T>): object {
  return "error" in answer ? answer : { host: answer.host, ...answer.value };
}
