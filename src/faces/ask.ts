import { openSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import tty from "node:tty";
import { CancelledError, UsageError } from "#kernel";

/**
 * Asks on the person's terminal, whatever stdin and stdout are. Only `y` and `yes` are consent.
 * `hint`: how to do without a terminal.
 * @throws UsageError where there is no terminal, CancelledError
 */
export async function askForConsent(question: string, hint: string, signal: AbortSignal): Promise<boolean> {
  const terminal = openTerminal(hint);
  const dialogue = createInterface(terminal);
  // In its own mode the terminal gives ctrl-C to us as a character.
  dialogue.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    const answer = await dialogue.question(`${question} [y/N] `, { signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (signal.aborted) throw new CancelledError(undefined, { cause: error });
    throw error;
  } finally {
    dialogue.close();
    terminal.input.destroy();
    terminal.output.destroy();
  }
}

interface Terminal {
  input: tty.ReadStream;
  output: tty.WriteStream;
}

function openTerminal(hint: string): Terminal {
  try {
    return {
      input: new tty.ReadStream(openSync("/dev/tty", "r")),
      output: new tty.WriteStream(openSync("/dev/tty", "w")),
    };
  } catch (cause) {
    throw new UsageError("there is no terminal to ask on", { hint, cause });
  }
}
