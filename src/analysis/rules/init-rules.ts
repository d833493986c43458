import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "#kernel";

export interface WrittenRules {
  /** Absolute. */
  files: string[];
}

const RULE = `rules:
  # One rule finds one thing. \`caelum rules test\` tries it on the code beside this file.
  - id: example.no-eval
    message: >-
      eval() runs whatever $CODE holds as a program. Parse the data instead, for example with ast.literal_eval().
    severity: ERROR
    languages: [python]
    metadata:
      cwe: "CWE-95"
      confidence: HIGH
    patterns:
      - pattern: eval($CODE, ...)
      - pattern-not: eval("...", ...)
`;

const FIXTURE = `def calculate(expression, names):
    # ruleid: example.no-eval
    return eval(expression, names)


def constant():
    # ok: example.no-eval
    return eval("1 + 1")
`;

/** Writes a first rule and the code that it is tried on. Throws a UsageError where something is there already. */
export function initRules(folder: string): WrittenRules {
  const contents = { "example.yaml": RULE, "example.py": FIXTURE };
  const files = Object.keys(contents).map((name) => path.join(folder, name));
  const present = files.find((file) => existsSync(file));
  if (present !== undefined) throw new UsageError(`"${present}" is there already`);
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(contents))
    writeFileSync(path.join(folder, name), content, { flag: "wx" });
  return { files };
}
