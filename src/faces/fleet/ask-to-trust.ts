import { openSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import tty from "node:tty";
import { randomArt, type ShownKey } from "#fleet";
import { CancelledError, UsageError } from "#kernel";

/**
 * Shows a key on the person's terminal, whatever stdin and stdout are, and asks. Only `y` and `yes` are consent.
 * @throws UsageError where there is no terminal, CancelledError
 */
export async function askToTrust(key: ShownKey, signal: AbortSignal): Promise<boolean> {
  const art = await randomArt(key);
  const terminal = openTerminal();
  const lines = [
    `host "${key.host}" (${key.name}) shows this ${key.type} key:`,
    ...(art === undefined ? [] : [art]),
    key.fingerprint,
    "Compare it with what the host itself says (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub) before you trust it.",
  ];
  const dialogue = createInterface(terminal);
  // In its own mode the terminal gives ctrl-C to us as a character.
  dialogue.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    const answer = await dialogue.question(`${lines.join("\n")}\nTrust it from now on? [y/N] `, {
      signal,
    });
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

function openTerminal(): Terminal {
  try {
    return {
      input: new tty.ReadStream(openSync("/dev/tty", "r")),
      output: new tty.WriteStream(openSync("/dev/tty", "w")),
    };
  } catch (cause) {
    throw new UsageError("there is no terminal to ask on", {
      hint: "--fingerprint SHA256:… accepts one key, --yes all that are unknown",
      cause,
    });
  }
}
