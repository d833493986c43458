import { createHash } from "node:crypto";

/** Raised when a verdict of an earlier version must not count any more. */
const version = 1;

/** What a verdict depends on beside the tree. */
export interface TestedHow {
  /** Folder of the tree that is tested; `""`: all of it. */
  below: string;
  include: readonly string[];
  setup?: unknown;
  generic?: unknown;
  args: unknown;
  env: Readonly<Record<string, string>>;
  flaky: string;
  /** Hash over files that git does not know; see `Tree.included`. */
  included: string;
}

/** Equal for runs that answer the same question about a tree, on whatever platforms. Values of variables go in as a hash and cannot be had back. */
export function configurationHash(how: TestedHow): string {
  const { below, include, setup, generic, args, env, flaky, included } = how;
  const variables = Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const parts = [version, below, include, setup ?? null, generic ?? null, args, variables, flaky, included];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
