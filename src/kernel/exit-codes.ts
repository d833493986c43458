/** Process exit codes. Stable: scripts depend on them; `docs/reference/exit-codes.md` is generated from here. */
export const exitCodes = {
  ok: { code: 0, meaning: "done, and nothing to complain about" },
  findings: { code: 1, meaning: "done, and a gate failed, a test failed or a finding crossed the limit" },
  usage: { code: 2, meaning: "the command line, a path or a configuration file is wrong; nothing was done" },
  fleet: { code: 3, meaning: "no usable host, and local work was not allowed" },
  denied: { code: 4, meaning: "a policy or a missing right forbade it" },
  incomplete: { code: 5, meaning: "the result is incomplete; the output says what is missing" },
  bug: { code: 70, meaning: "a defect in caelum; please report the stack" },
  cancelled: { code: 130, meaning: "cancelled by ctrl-C or SIGTERM" },
} as const;

export type ExitName = keyof typeof exitCodes;
