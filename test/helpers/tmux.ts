import path from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, vi } from "vitest";
import { hasProgram } from "./has-program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Said loudly where terminals cannot be tested. */
export const hasTmux = hasProgram("tmux");
if (!hasTmux)
  console.warn("NOT TESTED: what is seen on a terminal, since tmux is missing: apt-get install tmux");

export interface Pane {
  readonly keys: (...keys: string[]) => Promise<void>;
  readonly resize: (columns: number, rows: number) => Promise<void>;
  /** What is on the screen, without spaces at the ends. */
  readonly screen: (...flags: string[]) => Promise<string>;
  /** Waits until the screen matches, and gives it. */
  readonly shows: (text: RegExp) => Promise<string>;
}

export interface PaneOptions {
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a shell command in a real terminal of that size. The shell waits at its end, so that its last words stay. */
export async function openPane(command: string, { columns, rows, env = {} }: PaneOptions): Promise<Pane> {
  const socket = path.join(temporaryFolder(), "tmux");
  const tmux = (...args: string[]) => execa("tmux", ["-S", socket, "-f", "/dev/null", ...args]);
  const variables = Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  const size = ["-x", String(columns), "-y", String(rows)];
  const shell = `unset CI NO_COLOR FORCE_COLOR; ${Object.entries(env)
    .map(([name, value]) => `export ${name}='${value}'; `)
    .join("")}trap : INT; ${command}; sleep 1000`;
  await tmux("new-session", "-d", ...size, ...variables, shell);
  onTestFinished(async () => void (await tmux("kill-server")));
  const screen = async (...flags: string[]) => (await tmux("capture-pane", "-p", ...flags)).stdout.trimEnd();
  return {
    screen,
    keys: async (...keys) => void (await tmux("send-keys", ...keys)),
    resize: async (columns, rows) =>
      void (await tmux("resize-window", "-x", String(columns), "-y", String(rows))),
    shows: (text) =>
      vi.waitFor(
        async () => {
          const shown = await screen();
          expect(shown).toMatch(text);
          return shown;
        },
        { timeout: 30_000, interval: 100 },
      ),
  };
}
