import type { Plan } from "#assistants";
import { askForConsent } from "../ask.ts";
import { table } from "../tables/table.ts";

export interface InstallState {
  assistant: string;
  title: string;
  scope: "user" | "project";
  file: string;
  /** There is such a file: the assistant has probably been used here. */
  present: boolean;
  installed: boolean;
  /** Why the file cannot be understood. */
  problem?: string;
}

/** `caelum mcp install` without an assistant. */
export function showAssistants(states: readonly InstallState[], json: boolean): string {
  if (json) return `${JSON.stringify(states, undefined, 2)}\n`;
  const rows = states.map(({ assistant, scope, file, present, installed, problem }) => [
    assistant,
    scope,
    problem === undefined ? (installed ? "installed" : present ? "there" : "–") : "broken",
    problem ?? file,
  ]);
  return table(["assistant", "scope", "state", "file"], rows);
}

/** What is going to be written, or was: the entry, its file, and what it takes the place of. */
export function showPlan({ file, before, entry, replaces, assistant }: Plan): string {
  const where = `${file}${before === undefined ? " (a new file)" : ""}`;
  if (entry === undefined)
    return `${assistant.title} no longer starts caelum; from ${where} goes\n\n${pretty(replaces)}\n`;
  const instead = replaces === undefined ? "" : `\nin the place of\n\n${pretty(replaces)}\n`;
  return `${assistant.title} will start caelum; into ${where} comes\n\n${pretty({ caelum: entry })}\n${instead}`;
}

export function askToWrite(plan: Plan, signal: AbortSignal): Promise<boolean> {
  return askForConsent(
    `${showPlan(plan)}\nWrite it?`,
    "--yes writes it without a question, --dry-run shows it",
    signal,
  );
}

function pretty(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replaceAll(/^/gm, "  ");
}
