import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { spawnSync } from "node:child_process";

const asked = new Map<string, string | undefined>();

/**
 * Asks on the person's terminal, once for each key, whatever stdin and stdout are. Undefined when there is no
 * terminal. Synchronous: two questions must not stand on one line.
 */
export function askPassphrase(keyFile: string): string | undefined {
  if (!asked.has(keyFile)) asked.set(keyFile, ask(`Passphrase for ${keyFile}: `));
  return asked.get(keyFile);
}

function ask(question: string): string | undefined {
  let terminal: number;
  try {
    terminal = openSync("/dev/tty", "r+");
  } catch {
    return undefined;
  }
  const echo = (setting: string): void =>
    void spawnSync("stty", [setting], { stdio: [terminal, "ignore", "ignore"] });
  try {
    writeSync(terminal, question);
    echo("-echo");
    const line = readLine(terminal);
    writeSync(terminal, "\n");
    return line;
  } finally {
    echo("echo");
    closeSync(terminal);
  }
}

function readLine(terminal: number): string {
  const bytes: number[] = [];
  const one = Buffer.alloc(1);
  while (readSync(terminal, one, 0, 1, null) === 1 && one[0] !== 10 && one[0] !== 13) bytes.push(one[0] ?? 0);
  return Buffer.from(bytes).toString("utf8");
}
