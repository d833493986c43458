import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { systemCode, UsageError } from "#kernel";
import type { UnsupportedRule } from "../../findings/collect.ts";
import type { Rule } from "../rule.ts";
import { YamlProblem } from "./document.ts";
import { type ReadRules, readRuleFile } from "./read-rule-file.ts";

const EXTENSION = /\.ya?ml$/;
/** Beside the rules: code that they are tried on, and settings of other programs. */
const NOT_RULES = /(?:\.test|\.fixed)\.ya?ml$|^\./;

/**
 * Rules of files and folders, in the order given; files of a folder in the order of their names. What is wrong with
 * single rules is a problem, what is wrong with a whole file a UsageError.
 */
export function loadRules(given: readonly string[], cwd: string): ReadRules {
  const read: ReadRules = { rules: [], problems: [] };
  for (const one of given) {
    const root = path.resolve(cwd, one);
    const files = ruleFiles(root, one);
    for (const file of files) append(read, readOne(file, path.relative(cwd, file) || file));
  }
  return withoutTwins(read);
}

function append(into: ReadRules, { rules, problems }: ReadRules): void {
  into.rules.push(...rules);
  into.problems.push(...problems);
}

/** Files with rules in a folder, or the file itself. Throws a UsageError. */
function ruleFiles(root: string, shown: string): string[] {
  const stat = statSync(root, { throwIfNoEntry: false });
  if (stat === undefined) throw new UsageError(`--rules "${shown}" does not exist`);
  if (!stat.isDirectory()) return [root];
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && EXTENSION.test(entry.name) && !NOT_RULES.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
  if (files.length === 0) throw new UsageError(`--rules "${shown}" holds no .yaml file`);
  return files;
}

function readOne(file: string, shown: string): ReadRules {
  try {
    return readRuleFile(readFileSync(file, "utf8"), shown);
  } catch (error) {
    if (error instanceof YamlProblem)
      throw new UsageError(`${shown}:${error.line}:${error.column}  ${error.message}`, { cause: error });
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new UsageError(`rules "${shown}" cannot be read: ${code}`, { cause: error });
  }
}

/** Of two rules with one id the later one is called after its file as well; in one file it is left out. */
function withoutTwins({ rules, problems }: ReadRules): ReadRules {
  const kept = new Map<string, Rule>();
  const twins: UnsupportedRule[] = [];
  for (const rule of rules) {
    const first = kept.get(rule.id);
    const place = rule.file
      .replace(EXTENSION, "")
      .replace(/[^\w-]+/g, ".")
      .replace(/^\.+/, "");
    const id = first === undefined ? rule.id : `${place}.${rule.id}`;
    if (first !== undefined && (first.file === rule.file || kept.has(id)))
      twins.push({
        ruleId: rule.id,
        file: rule.file,
        line: rule.line,
        problem: "invalid",
        feature: "id",
        message: `id ${rule.id} is taken by ${first.file}:${first.line}`,
        effect: "left out",
      });
    else kept.set(id, { ...rule, id });
  }
  return { rules: [...kept.values()], problems: [...problems, ...twins] };
}
