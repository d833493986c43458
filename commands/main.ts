import { CommanderError, type Command } from "commander";
import { closestMatch } from "leven";
import { CancelledError, exitCodes, UsageError } from "#kernel";
import type { Bind } from "./command.ts";
import { createContext, type GlobalOptions, outputOf } from "./context.ts";
import { StreamError, UnfinishedError } from "./errors.ts";
import { createProgram } from "./program.ts";
import { renderError } from "./render-error.ts";
import { abortOnSignals } from "./signals.ts";

/** The composition root: wires streams, signals, context and commands together. */
const writeError = (text: string): void => void process.stderr.write(text);
const signal = abortOnSignals((error) => fail(error));

const bind: Bind = (handler) =>
  async function action(this: Command) {
    const context = createContext(this.optsWithGlobals<GlobalOptions>(), signal);
    const exit = await handler(context, {
      args: this.processedArgs as unknown[],
      options: this.optsWithGlobals(),
    });
    process.exitCode = exitCodes[exit].code;
  };

function fail(error: unknown): void {
  // The arguments could not be parsed, perhaps, so they are looked at directly.
  const given = process.argv.slice(2);
  const beforeDashes = given.slice(0, given.includes("--") ? given.indexOf("--") : undefined);
  const output = outputOf(process.stderr, { color: !beforeDashes.includes("--no-color") }, process.env);
  // Whatever broke because of the cancellation, the cancellation is what happened.
  const told = signal.aborted && !(error instanceof CancelledError) ? (signal.reason as unknown) : error;
  process.exitCode = renderError(told, {
    json: beforeDashes.includes("--json"),
    color: output.color,
    width: output.isTerminal ? output.width : undefined,
    write: writeError,
  });
}

let finished = false;

// The reader has what it wanted (`| head`): not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    finished = true;
    if (error.code !== "EPIPE")
      fail(new StreamError(stream === process.stdout ? "output" : "messages", error));
    process.exit();
  });
}
process.on("uncaughtException", (error) => {
  fail(error);
  process.exit();
});

// A promise that never settles lets Node run dry: without this, a gate would pass with nothing done.
process.on("exit", () => {
  if (finished || process.exitCode !== undefined) return;
  fail(new UnfinishedError());
});

const program = createProgram(bind);
try {
  await program.parseAsync();
  finished = true;
} catch (error) {
  finished = true;
  if (!(error instanceof CommanderError)) fail(error);
  else if (error.exitCode !== 0 && error.code !== "commander.help") fail(asUsageError(error));
}

/** commander writes `error: unknown option '--jsn'\n(Did you mean --json?)`. */
function asUsageError(error: CommanderError): UsageError {
  const { path, command, rest } = meant(program);
  const help = `${path} --help`;
  // A group that does something by itself takes a wrong name of a command for an argument of that.
  const [word = ""] = rest;
  const names = command.commands.map((child) => child.name());
  const sibling =
    error.code === "commander.excessArguments" ? closestMatch(word, names, { maxDistance: 2 }) : undefined;
  if (sibling !== undefined) return new UsageError(`unknown command '${word}'`, { hint: sibling });
  const [message = "", suggestion] = error.message.replace(/^error: /, "").split("\n");
  const near = suggestion
    ?.replace(/^\((.*)\)$/, "$1")
    .replace(/^Did you mean (one of )?/, "")
    .replace(/\?$/, "");
  return new UsageError(message.replace(/\.$/, ""), { hint: near ?? help });
}

/** The command that was meant, as far as it could be found (`caelum config show`), and the words behind it. */
function meant(
  command: Command,
  words: readonly string[] = process.argv.slice(2).filter((word) => !word.startsWith("-")),
  above = "",
): { path: string; command: Command; rest: readonly string[] } {
  const path = above + command.name();
  const next = command.commands.find((child) => child.name() === words[0]);
  return next === undefined ? { path, command, rest: words } : meant(next, words.slice(1), `${path} `);
}
