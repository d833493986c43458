import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { makeFolder, systemCode, UsageError } from "#kernel";
import type { Assistant, Place, Scope } from "./assistants.ts";
import { getFromJson, setInJson } from "./edit-json.ts";
import { getFromToml, setInToml } from "./edit-toml.ts";
import { AssistantFileError } from "./errors.ts";

/** How the assistant starts the server. */
export interface ServerCommand {
  command: string;
  args: readonly string[];
}

/** A change to one file, which nobody has made yet. */
export interface Plan {
  assistant: Assistant;
  file: string;
  /** Absent: there is no file yet. */
  before: string | undefined;
  /** Equal to `before` if everything is as it should be already. */
  after: string;
  /** The entry, as the assistant will read it; undefined once it is taken out. */
  entry: Record<string, unknown> | undefined;
  /** What stands there now, if it is another entry. */
  replaces: unknown;
}

const serverName = "caelum";

/** @throws UsageError for a scope the assistant has not, AssistantFileError for a file that cannot be understood */
export async function planInstall(
  assistant: Assistant,
  scope: Scope,
  place: Place,
  server: ServerCommand,
): Promise<Plan> {
  const file = fileOf(assistant, scope, place);
  const before = await readIfThere(file);
  const entry = { ...assistant.entry, command: server.command, args: [...server.args] };
  const present = presentIn(assistant, file, before ?? "");
  const isSame = isDeepStrictEqual(present, entry);
  return {
    assistant,
    file,
    before,
    after: isSame ? before! : edited(assistant, file, before ?? "", entry),
    entry,
    replaces: present === undefined || isSame ? undefined : present,
  };
}

/**
 * Takes the entry out. A file that is still as `apply` left it gets its former bytes back, or goes if there was none; in one
 * that was changed since, only the entry goes.
 */
export async function planUninstall(
  assistant: Assistant,
  scope: Scope,
  place: Place,
  stateFolder: string,
): Promise<Plan & { restores: boolean }> {
  const file = fileOf(assistant, scope, place);
  const before = await readIfThere(file);
  const present = presentIn(assistant, file, before ?? "");
  const base = { assistant, file, before, entry: undefined, replaces: present };
  if (before === undefined || present === undefined) return { ...base, after: before ?? "", restores: false };
  const note = await readNote(stateFolder, file);
  if (note?.written === sha(before)) return { ...base, after: note.before ?? "", restores: true };
  return { ...base, after: edited(assistant, file, before, undefined), restores: false };
}

/** Does what the plan says, if the file is still as it was when the plan was made; remembers how to undo it. */
export async function apply(plan: Plan, stateFolder: string): Promise<void> {
  const { file, before, after, entry } = plan;
  if ((await readIfThere(file)) !== before) {
    throw new AssistantFileError(file, " it was changed by somebody else meanwhile", {
      hint: "the same command again",
    });
  }
  const note = noteFile(stateFolder, file);
  if (entry === undefined) {
    const kept = await readNote(stateFolder, file);
    // It was not there before us, and nothing but ours is in it.
    if (kept?.written === sha(before ?? "") && kept.before === undefined) await rm(file, { force: true });
    else await replace(file, after);
    await rm(note, { force: true });
    return;
  }
  // The note first: a file without a note can still be cleaned, a note without its file does no harm.
  makeFolder(path.dirname(note), 0o700);
  const undo: Note = { file, written: sha(after), ...(before === undefined ? {} : { before }) };
  await writeFile(note, JSON.stringify(undo), { mode: 0o600 });
  await replace(file, after);
}

const noteShape = v.object({ file: v.string(), written: v.string(), before: v.optional(v.string()) });
type Note = v.InferOutput<typeof noteShape>;

async function readNote(stateFolder: string, file: string): Promise<Note | undefined> {
  const text = await readIfThere(noteFile(stateFolder, file));
  if (text === undefined) return undefined;
  try {
    const note = v.safeParse(noteShape, JSON.parse(text));
    return note.success && note.output.file === file ? note.output : undefined;
  } catch {
    return undefined; // a note of half a write: the entry alone goes
  }
}

function noteFile(stateFolder: string, file: string): string {
  return path.join(stateFolder, "assistants", `${sha(file).slice(0, 16)}.json`);
}

function fileOf(assistant: Assistant, scope: Scope, place: Place): string {
  const file = assistant.file(scope, place);
  if (file !== undefined) return file;
  throw new UsageError(`${assistant.title} has no configuration of a project`, {
    hint: `caelum mcp install ${assistant.id}`,
  });
}

function presentIn(assistant: Assistant, file: string, text: string): unknown {
  const get = assistant.format === "json" ? getFromJson : getFromToml;
  return asFileError(file, () => get(text, [...assistant.key, serverName]));
}

function edited(assistant: Assistant, file: string, text: string, entry: unknown): string {
  const set = assistant.format === "json" ? setInJson : setInToml;
  return asFileError(file, () => set(text, [...assistant.key, serverName], entry));
}

function asFileError<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AssistantFileError(file, error.message, {
      hint: "mend it by hand; nothing was changed",
      cause: error,
    });
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw new AssistantFileError(file, ` it cannot be read (${systemCode(error) ?? "unknown"})`, {
      cause: error,
    });
  }
}

/** Whole or not at all, through links, with the mode it had. */
async function replace(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const target = await realpath(file).catch(() => file);
  const mode = await stat(target).then(
    (stats) => stats.mode & 0o777,
    () => 0o600,
  );
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text, { mode, flag: "wx" });
    await chmod(temporary, mode);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new AssistantFileError(file, ` it cannot be written (${systemCode(error) ?? "unknown"})`, {
      cause: error,
    });
  }
}

function sha(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
