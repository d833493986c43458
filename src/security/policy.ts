import { readFileSync, statSync } from "node:fs";
import * as v from "valibot";
import { systemCode } from "#kernel";
import { DeniedError, PolicyError } from "./errors.ts";

/** What an assistant wants to do. */
export interface Action {
  kind: "fleet_exec" | "run_tests";
  /** The command's words, or the folder of the tests, relative to its root. */
  words: readonly string[];
  /** Names of hosts; this machine is `local`. */
  hosts: readonly string[];
  timeoutMs: number;
}

export type Decision =
  | { effect: "allow"; timeoutMs: number; env: Readonly<Record<string, string>> }
  /** Allowed once a person has agreed. */
  | { effect: "ask"; timeoutMs: number; env: Readonly<Record<string, string>> }
  | { effect: "deny"; why: string };

const name = v.pipe(v.string(), v.nonEmpty());
const rule = {
  hosts: v.optional(v.array(name), ["*"]),
  maxSeconds: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(86_400)), 600),
  env: v.optional(v.record(v.pipe(v.string(), v.regex(/^[A-Za-z_]\w*$/)), v.string()), {}),
  ask: v.optional(v.boolean(), false),
};

const policySchema = v.strictObject({
  version: v.literal(1),
  fleet_exec: v.optional(
    v.array(v.strictObject({ command: v.pipe(v.array(name), v.minLength(1)), ...rule })),
    [],
  ),
  run_tests: v.optional(v.array(v.strictObject({ folder: v.optional(name, "**"), ...rule })), []),
});

export type Policy = v.InferOutput<typeof policySchema>;

/** Nothing is allowed that no rule names. */
export const denyAll: Policy = { version: 1, fleet_exec: [], run_tests: [] };

/**
 * The first rule that fits decides: its pattern fits the words, and its hosts fit every host. A command's pattern has a
 * word for each word: `*` in it stands for any characters, and a last `**` for any further words. Pure.
 */
export function decide(policy: Policy, action: Action): Decision {
  const rules =
    action.kind === "fleet_exec"
      ? policy.fleet_exec.map((one) => ({ ...one, pattern: one.command }))
      : policy.run_tests.map((one) => ({ ...one, pattern: [one.folder] }));
  const found = rules.find(
    ({ pattern, hosts }) =>
      fits(pattern, action.words) && action.hosts.every((host) => hosts.some((one) => wordFits(one, host))),
  );
  if (found === undefined)
    return { effect: "deny", why: `no rule of ${action.kind} allows it on these hosts` };
  const timeoutMs = Math.min(action.timeoutMs, found.maxSeconds * 1000);
  return { effect: found.ask ? "ask" : "allow", timeoutMs, env: found.env };
}

function fits(pattern: readonly string[], words: readonly string[]): boolean {
  const rest = pattern.at(-1) === "**";
  const fixed = rest ? pattern.slice(0, -1) : pattern;
  if (rest ? words.length < fixed.length : words.length !== fixed.length) return false;
  return fixed.every((one, at) => wordFits(one, words[at]!));
}

/** `*` stands for any characters, line feeds too; everything else for itself. */
function wordFits(pattern: string, word: string): boolean {
  const parts = pattern.split(/\*+/);
  if (parts.length === 1) return pattern === word;
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (word.length < first.length + last.length || !word.startsWith(first) || !word.endsWith(last))
    return false;
  let at = first.length;
  const end = word.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const next = word.indexOf(part, at);
    if (next === -1 || next + part.length > end) return false;
    at = next + part.length;
  }
  return true;
}

/** The policy of a file as it is now; no file: nothing is allowed. @throws PolicyError */
export async function loadPolicy(file: string): Promise<Policy> {
  let text: string;
  try {
    const { mode, uid } = statSync(file);
    const self = process.getuid?.();
    if (self !== undefined && uid !== self && uid !== 0)
      throw new PolicyError(file, "it belongs to another user");
    if (self !== undefined && (mode & 0o022) !== 0)
      throw new PolicyError(file, "others may write to it", `chmod go-w ${file}`);
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return denyAll;
    if (error instanceof PolicyError) throw error;
    throw new PolicyError(file, `the system says ${systemCode(error) ?? String(error)}`);
  }
  const { parse } = await import("yaml");
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new PolicyError(file, error instanceof Error ? error.message.split("\n", 1)[0]! : "it is not YAML");
  }
  const checked = v.safeParse(policySchema, value);
  if (checked.success) return checked.output;
  const [issue] = checked.issues;
  throw new PolicyError(file, `${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
}

/** For whoever was not allowed to. */
export function denied(action: Action, why: string, file: string): DeniedError {
  const example =
    action.kind === "fleet_exec"
      ? `fleet_exec: [{ command: ${JSON.stringify(action.words.slice(0, 4))}, hosts: ${JSON.stringify(action.hosts.slice(0, 3))} }]`
      : `run_tests: [{ hosts: ${JSON.stringify(action.hosts.slice(0, 3))} }]`;
  return new DeniedError(
    `${action.kind} was denied: ${why}`,
    `tell the person; they may allow it in ${file} with ${example}`,
  );
}
