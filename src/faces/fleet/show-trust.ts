import type { Answered, TrustOutcome } from "#agents";
import { asJson, type Asked, shownFile } from "./asked.ts";
import { adviceLines, flat, shownFailure } from "./failures.ts";
import { withFailuresBelow } from "./show-facts.ts";

/** `caelum fleet trust`. */
export function showTrust(answers: readonly Answered<TrustOutcome>[], { cwd, options }: Asked): string {
  if (options.json) return asJson({ hosts: answers.map(flat) });
  const rows = answers.map((answer) => {
    if ("error" in answer) return [answer.host, shownFailure(answer.host, answer.error)];
    const { key, result } = answer.value;
    return [answer.host, words[result], key.type, key.fingerprint, shownFile(key.file, cwd)];
  });
  const advice = answers.flatMap((answer) => {
    const hint = "error" in answer ? answer.error.hint : answer.value.hint;
    return hint === undefined ? [] : [{ host: answer.host, hint }];
  });
  return `${withFailuresBelow(["host", "key", "type", "fingerprint", "known_hosts"], rows)}${adviceLines(advice)}`;
}

const words: Readonly<Record<TrustOutcome["result"], string>> = {
  known: "was known",
  trusted: "is known now",
  declined: "not trusted",
  refused: "REFUSED: it has changed or was revoked",
};
