import { realpathSync } from "node:fs";
import path from "node:path";
import type { OptionValues } from "commander";
import { closestMatch } from "leven";
import {
  apply,
  type Assistant,
  assistants,
  type Place,
  type Plan,
  planInstall,
  planUninstall,
  type Scope,
  type ServerCommand,
} from "#assistants";
import { askToWrite, type InstallState, showAssistants, showPlan } from "#faces/assistants";
import { CaelumError, type ExitName, stateFolder, UsageError } from "#kernel";
import type { Context } from "../context.ts";

export interface InstallFlags extends OptionValues {
  readonly project?: true;
  readonly yes?: true;
  readonly dryRun?: true;
}

/** @throws UsageError, AssistantFileError, CancelledError */
export async function runInstall(
  context: Context,
  id: string | undefined,
  given: readonly string[],
  flags: InstallFlags,
): Promise<ExitName> {
  const { env, options, signal, stdout } = context;
  const place = placeOf(context);
  if (id === undefined) {
    const states = await Promise.all(
      everywhere(place).map(({ assistant, scope }) => stateIn(assistant, scope, place)),
    );
    stdout.stream.write(showAssistants(states, options.json === true));
    return "ok";
  }
  const assistant = assistantOf(id);
  const plan = await planInstall(assistant, scopeOf(flags), place, serverCommand(context, given));
  const changed = plan.after !== plan.before;
  if (!changed) return told(context, plan, `${plan.file} has it already`, false);
  if (flags.dryRun) return told(context, plan, showPlan(plan), false);
  if (flags.yes !== true && !(await askToWrite(plan, signal)))
    return told(context, plan, "nothing was written", false);
  await apply(plan, stateFolder(env));
  return told(context, plan, `written: ${plan.file}\nnext: ${assistant.nextStep}`, true);
}

/** @throws UsageError, AssistantFileError */
export async function runUninstall(context: Context, id: string, flags: InstallFlags): Promise<ExitName> {
  const state = stateFolder(context.env);
  const plan = await planUninstall(assistantOf(id), scopeOf(flags), placeOf(context), state);
  if (plan.replaces === undefined) return told(context, plan, `${plan.file} has no entry of caelum`, false);
  await apply(plan, state);
  const how = plan.restores
    ? "it is as it was before"
    : "its entry is gone; the file was changed since, and the rest stays";
  return told(context, plan, `${plan.file}: ${how}`, true);
}

function told({ options, stdout }: Context, plan: Plan, text: string, written: boolean): ExitName {
  const { assistant, file, entry, replaces } = plan;
  if (options.json) {
    const answer = {
      assistant: assistant.id,
      file,
      written,
      entry: entry ?? null,
      replaces: replaces ?? null,
    };
    stdout.stream.write(`${JSON.stringify(answer, undefined, 2)}\n`);
  } else if (options.quiet !== true) stdout.stream.write(`${text.trimEnd()}\n`);
  return "ok";
}

function assistantOf(id: string): Assistant {
  const found = assistants.find((assistant) => assistant.id === id);
  if (found !== undefined) return found;
  const ids = assistants.map((assistant) => assistant.id);
  throw new UsageError(`there is no assistant "${id}"`, {
    hint: closestMatch(id, ids, { maxDistance: 3 }) ?? `one of ${ids.join(", ")}`,
  });
}

function scopeOf({ project }: InstallFlags): Scope {
  return project === true ? "project" : "user";
}

function placeOf({ cwd, env }: Context): Place {
  return { cwd, env, platform: process.platform };
}

function everywhere(place: Place): { assistant: Assistant; scope: Scope }[] {
  return assistants.flatMap((assistant) =>
    (["user", "project"] as const)
      .filter((scope) => assistant.file(scope, place) !== undefined)
      .map((scope) => ({ assistant, scope })),
  );
}

async function stateIn(assistant: Assistant, scope: Scope, place: Place): Promise<InstallState> {
  const base = {
    assistant: assistant.id,
    title: assistant.title,
    scope,
    file: assistant.file(scope, place)!,
  };
  try {
    const plan = await planInstall(assistant, scope, place, { command: "caelum", args: ["mcp"] });
    const installed = plan.after === plan.before || plan.replaces !== undefined;
    return { ...base, present: plan.before !== undefined, installed };
  } catch (error) {
    if (!(error instanceof CaelumError)) throw error;
    return { ...base, present: true, installed: false, problem: error.message };
  }
}

/** `caelum` where the search path leads here; else Node and the program, by their places: assistants have search paths of their own. */
function serverCommand({ env }: Context, given: readonly string[]): ServerCommand {
  const program = path.resolve(process.argv[1] ?? "");
  const args = ["mcp", ...given];
  const folders = (env["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const isOnPath = folders.some((folder) => sameFile(path.join(folder, "caelum"), program));
  return isOnPath && process.platform !== "win32"
    ? { command: "caelum", args }
    : { command: process.execPath, args: [program, ...args] };
}

function sameFile(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}
