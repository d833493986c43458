import { readFileSync } from "node:fs";
import path from "node:path";
import type { Settings } from "#config";
import { CaelumError } from "#kernel";

/** What tests and set-up get on top of the host's own environment. */
export interface TestEnvironment {
  env: Record<string, string>;
  /** Names of those that must not be seen. */
  secrets: string[];
}

/** A value that `test.env` refers to is not there: exit code 2. */
export class TestEnvironmentError extends CaelumError {
  constructor(name: string, why: string, cause?: unknown) {
    super("CAELUM_TEST_ENV", "usage", `test.env.${name}: ${why}`, { cause });
  }
}

/** @param root what paths of files are relative to. @throws TestEnvironmentError that never holds a value */
export function testEnvironment(
  settings: Pick<Settings["test"], "env" | "passEnv">,
  own: NodeJS.ProcessEnv,
  root: string,
): TestEnvironment {
  const env: Record<string, string> = {};
  const secrets: string[] = [];
  for (const name of settings.passEnv) {
    const value = own[name];
    if (value !== undefined) env[name] = value;
  }
  for (const [name, value] of Object.entries(settings.env)) {
    if (typeof value === "string") env[name] = value;
    else {
      env[name] = referred(name, value, own, root);
      secrets.push(name);
    }
  }
  return { env, secrets };
}

function referred(
  name: string,
  { from, file }: { from?: string | undefined; file?: string | undefined },
  own: NodeJS.ProcessEnv,
  root: string,
): string {
  if (from !== undefined) {
    const value = own[from];
    if (value === undefined || value === "")
      throw new TestEnvironmentError(name, `${from} is not set on this machine`);
    return value;
  }
  try {
    // Files of secrets mostly end with a line feed that is not meant.
    return readFileSync(path.resolve(root, file ?? ""), "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw new TestEnvironmentError(name, `"${file}" cannot be read`, error);
  }
}

/** Shorter values would take ordinary words out of logs. */
const shortest = 4;

interface Hidden {
  env: Readonly<Record<string, string>>;
  secrets: readonly string[];
}

/** Replaces secrets in lines of JSON, however their characters are escaped there. */
export function secretHider({ env, secrets }: Hidden): (text: string) => string {
  const hidden = secrets.flatMap((name) => {
    const value = env[name] ?? "";
    // Each line of a key by itself: logs cut them apart.
    const parts = [value, ...value.split(/\r?\n/)].filter((part) => part.trim().length >= shortest);
    return parts.map((part) => [JSON.stringify(part).slice(1, -1), `[${name}]`] as const);
  });
  hidden.sort(([a], [b]) => b.length - a.length);
  return (text) => hidden.reduce((clean, [secret, name]) => clean.replaceAll(secret, name), text);
}
