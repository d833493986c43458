import { writeFileSync } from "node:fs";
import { type Change, contentOf, readLedger, removeLedger, undo, writeLedger } from "./ledger.ts";
import { below, findRepository, HookError, type Repository } from "./repository.ts";
import { type Way, warnings, ways } from "./ways.ts";

export interface InstalledHook {
  /** `husky`, `git` … */
  way: string;
  /** The file or setting, for people. */
  where: string;
  /** What is left to do, or to know. */
  notes: string[];
}

/** Puts the hook where this repository keeps its hooks, beside what is there. @throws HookError */
export async function installHook(cwd: string): Promise<InstalledHook> {
  const repository = await findRepository(cwd);
  const known = readLedger(repository.gitFolder);
  if (known !== undefined)
    throw new HookError(
      `the hook is installed already: ${known.where}`,
      "caelum hook status; caelum hook uninstall",
    );
  const way = await wayFor(repository);
  const changes: Change[] = [];
  try {
    const { where, notes = [] } = await way.install(repository, (each) => changes.push(each));
    writeLedger(repository.gitFolder, { version: 1, way: way.name, where, changes });
    return { way: way.name, where, notes: [...notes, ...warnings(repository)] };
  } catch (error) {
    for (const each of changes.toReversed()) undo(each);
    throw error;
  }
}

export interface UninstalledHook {
  where: string;
  /** Files that others have changed meanwhile: our part was taken out of them. */
  edited: string[];
  /** Files that are as they are: nothing of ours was found in them. */
  left: string[];
}

/** Restores the bytes that were there before. @throws HookError where there is no hook of ours */
export async function uninstallHook(cwd: string): Promise<UninstalledHook> {
  const repository = await findRepository(cwd);
  const ledger = readLedger(repository.gitFolder);
  if (ledger === undefined) throw new HookError("no hook of caelum is installed here");
  const way = ways.find(({ name }) => name === ledger.way);
  const result: UninstalledHook = { where: ledger.where, edited: [], left: [] };
  for (const each of ledger.changes.toReversed()) {
    if (undo(each)) continue;
    const content = contentOf(each.file);
    const stripped = content && (await way?.strip(each.file, content, repository));
    if (stripped === undefined) result.left.push(below(repository.root, each.file));
    else {
      writeFileSync(each.file, stripped);
      result.edited.push(below(repository.root, each.file));
    }
  }
  removeLedger(repository.gitFolder);
  return result;
}

export interface HookStatus {
  installed: boolean;
  way?: string;
  where?: string;
  /** Why it does not work as it should. */
  problems: string[];
}

/** Whether git will run it. */
export async function hookStatus(cwd: string): Promise<HookStatus> {
  const repository = await findRepository(cwd);
  const ledger = readLedger(repository.gitFolder);
  if (ledger === undefined) return { installed: false, problems: [] };
  const { way, where, changes } = ledger;
  const gone = changes.filter(({ file }) => contentOf(file)?.includes("caelum") !== true);
  const problems = gone
    .filter(({ file }) => file === changes[0]?.file)
    .map(({ file }) => `"${below(repository.root, file)}" does not mention caelum any more`);
  const now = await wayFor(repository);
  if (now.name !== way)
    problems.push(`hooks are kept by ${now.name} now: caelum hook uninstall, then caelum hook install`);
  return { installed: true, way, where, problems: [...problems, ...warnings(repository)] };
}

async function wayFor(repository: Repository): Promise<Way> {
  for (const way of ways) if (await way.applies(repository)) return way;
  throw new HookError("there is no place for a hook");
}
