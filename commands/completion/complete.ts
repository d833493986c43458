import type { Argument, Command, Option } from "commander";
import { knownValues } from "./values.ts";

/** `:files` as a value asks the shell to complete file names itself. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

const files: Candidate = { value: ":files", description: "" };
const namesOfPaths = new Set(["file", "folder", "path"]);

/**
 * What may stand where the cursor is.
 * @param words everything behind the program's name, up to and with the word under the cursor (`""` for a new one)
 */
export async function complete(program: Command, words: readonly string[]): Promise<Candidate[]> {
  // bash breaks words at `=`: `--format=js` arrives as three words, of which the last is to be completed.
  const merged = words.filter((word, index) => word !== "=" || index === words.length - 1);
  const typed = merged.at(-1) === "=" ? "" : (merged.at(-1) ?? "");
  const place = walk(program, merged.slice(0, -1));

  const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(typed) ?? [];
  if (name !== undefined && value !== undefined) {
    const option = findOption(place.command, name);
    const values = option === undefined ? [] : await valuesOfOption(option);
    return startingWith(value, values).map((found) => ({ ...found, value: `${name}=${found.value}` }));
  }
  if (place.option !== undefined) return startingWith(typed, await valuesOfOption(place.option));
  if (typed.startsWith("-") && !place.onlyArguments) return startingWith(typed, optionsOf(place.command));
  const argument: Argument | undefined = place.command.registeredArguments[place.argument];
  const values = argument === undefined ? [] : valuesOf(argument.argChoices, argument.name());
  const commands = place.argument === 0 && !place.onlyArguments ? commandsOf(place.command) : [];
  return startingWith(typed, [...commands, ...values]);
}

interface Place {
  readonly command: Command;
  /** An option whose value is due. */
  readonly option?: Option;
  /** Index of the argument that is due. */
  readonly argument: number;
  /** Behind `--`. */
  readonly onlyArguments: boolean;
}

function walk(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, argument: 0, onlyArguments: false };
  for (const word of words) place = step(place, word);
  return place;
}

function step(place: Place, word: string): Place {
  const { command, argument, onlyArguments } = place;
  if (place.option !== undefined) return { command, argument, onlyArguments };
  if (word === "--" && !onlyArguments) return { command, argument, onlyArguments: true };
  if (word.startsWith("-") && !onlyArguments) {
    const option = word.includes("=") ? undefined : findOption(command, word);
    const takesValue = option !== undefined && (option.required || option.optional);
    return takesValue ? { ...place, option } : place;
  }
  const next = onlyArguments ? undefined : command.commands.find((child) => child.name() === word);
  return next === undefined
    ? { ...place, argument: argument + 1 }
    : { command: next, argument: 0, onlyArguments };
}

function findOption(command: Command, flag: string): Option | undefined {
  const own = command.options.find((option) => option.long === flag || option.short === flag);
  return own ?? (command.parent === null ? undefined : findOption(command.parent, flag));
}

function optionsOf(command: Command): Candidate[] {
  const help = command.createHelp();
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)].map((option) => ({
    value: option.long ?? option.short ?? "",
    description: option.description,
  }));
}

function commandsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((child) => ({ value: child.name(), description: child.description() }));
}

async function valuesOfOption(option: Option): Promise<Candidate[]> {
  const known = await knownValues(option.long);
  if (known !== undefined) return known;
  const [, placeholder = ""] = /[<[]([^>\].]+)/.exec(option.flags) ?? [];
  return valuesOf(option.argChoices, placeholder);
}

function valuesOf(choices: readonly string[] | undefined, placeholder: string): Candidate[] {
  if (choices !== undefined) return choices.map((value) => ({ value, description: "" }));
  return namesOfPaths.has(placeholder) ? [files] : [];
}

function startingWith(typed: string, candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter((candidate) => candidate === files || candidate.value.startsWith(typed));
}
