import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { builtFile, type LocalFile } from "#agents";
import { globMatcher } from "../discovery/globs.ts";
import type { UnsupportedRule } from "../findings/collect.ts";
import { Parsers } from "../parse/parsers.ts";
import type { Assets } from "../parse/parsers.ts";
import { type Rule, RULES_ASSET, type RuleSet } from "./rule.ts";

/** Which rules a run is to use. */
export interface RuleChoice {
  /** Files and folders. */
  files: readonly string[];
  /** What `files` are relative to. */
  cwd: string;
  /** Whether the rules that come with caelum are used. */
  defaults: boolean;
  /** Compiles rules that nobody can vouch for somewhere else; absent: in this process. */
  check?: (rules: readonly Rule[]) => Promise<UnsupportedRule[]>;
}

/** The rules of a run, ready to be sent to workers. */
export interface RunRules {
  set: RuleSet;
  problems: UnsupportedRule[];
  /** The set as a file that hosts get; its hash is part of every cache key. */
  file: LocalFile;
  /** Removes what was written for the run. */
  dispose: () => void;
}

/**
 * Gathers the rules of a run; undefined where there are none. Rules that were given are compiled once here, so that
 * what is wrong with them is told before anything starts; those that come with caelum are known to be right.
 * Throws a UsageError.
 */
export async function prepareRules(
  choice: RuleChoice,
  assets: () => Promise<Assets>,
): Promise<RunRules | undefined> {
  const defaults = choice.defaults ? await defaultRules() : undefined;
  if (choice.files.length === 0) {
    if (defaults === undefined || defaults.set.rules.length === 0) return undefined;
    return { ...defaults, problems: [], dispose: () => undefined };
  }
  const { loadRules } = await import("./load/load-rules.ts");
  const loaded = loadRules(choice.files, choice.cwd);
  const check = choice.check ?? ((rules: readonly Rule[]) => checkHere(rules, assets));
  const found = await check(loaded.rules);
  const broken = new Set(found.filter(({ effect }) => effect === "left out").map(({ ruleId }) => ruleId));
  const given = loaded.rules.filter(({ id }) => !broken.has(id));
  // A rule of one's own takes the place of the one with its name.
  const ids = new Set(given.map(({ id }) => id));
  const rules: Rule[] = [...(defaults?.set.rules ?? []).filter(({ id }) => !ids.has(id)), ...given];
  const { file, dispose } = written({ rules });
  return { set: { rules }, problems: [...loaded.problems, ...once(found)], file, dispose };
}

async function checkHere(rules: readonly Rule[], assets: () => Promise<Assets>): Promise<UnsupportedRule[]> {
  const { checkRules } = await import("./check-rules.ts");
  return checkRules(rules, await Parsers.start(await assets()));
}

/** A pattern that is wrong in several languages is one problem. */
function once(problems: readonly UnsupportedRule[]): UnsupportedRule[] {
  const seen = new Set<string>();
  return problems.filter(({ ruleId, line }) => {
    const key = `${ruleId}:${line}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** The rules that come with caelum. */
async function defaultRules(): Promise<{ set: RuleSet; file: LocalFile }> {
  const file = await builtFile("rules/default.json");
  return {
    set: JSON.parse(readFileSync(file.path, "utf8")) as RuleSet,
    file: { ...file, name: RULES_ASSET },
  };
}

function written(set: RuleSet): { file: LocalFile; dispose: () => void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), "caelum-rules-"));
  const text = JSON.stringify(set);
  const target = path.join(folder, RULES_ASSET);
  writeFileSync(target, text, { mode: 0o600 });
  return {
    file: { name: RULES_ASSET, path: target, sha: createHash("sha256").update(text).digest("hex") },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Whether a rule has anything to say about a path. */
export function pathFilter({ rules }: RuleSet): (ruleId: string, path: string) => boolean {
  const limited = new Map(
    rules
      .filter(({ include, exclude }) => include !== undefined || exclude !== undefined)
      .map(({ id, include, exclude }) => [
        id,
        { include: globMatcher(include), exclude: globMatcher(exclude) },
      ]),
  );
  return (ruleId, file) => {
    const limits = limited.get(ruleId);
    if (limits === undefined) return true;
    return limits.include?.(file) !== false && limits.exclude?.(file) !== true;
  };
}
