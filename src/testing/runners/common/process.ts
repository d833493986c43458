import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { endMarked, killQuietly, marker } from "./marked-processes.ts";
import { startable } from "./programs.ts";

export interface ProcessOptions {
  program: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Text as it comes; split anywhere. */
  onOutput?: (text: string, stream: "stdout" | "stderr") => void;
  /** Whole lines of a pipe of its own, the child's file descriptor 3; 4 is then what `send` writes to. */
  onLine?: (line: string) => void;
}

export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** It could not be started at all. */
  error?: Error;
}

/** No line of ours is nearly as long; one that is comes from somebody else. */
const longestLine = 16 << 20;

/**
 * A process in a group of its own, without a terminal and with nothing on its standard input, that takes all it has
 * started with it when it is ended.
 */
export class GroupedProcess {
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcess;
  readonly #mark: string;
  #over: ProcessEnd | undefined;

  constructor(options: ProcessOptions) {
    this.#mark = randomUUID();
    const { program, args, verbatim } = startable(options.program, options.args);
    const ownPipes: ("pipe" | "ignore")[] = options.onLine === undefined ? [] : ["pipe", "pipe"];
    this.#child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...options.env, [marker]: this.#mark },
      stdio: ["ignore", "pipe", "pipe", ...ownPipes],
      detached: process.platform !== "win32",
      windowsHide: true,
      windowsVerbatimArguments: verbatim,
    });
    const { onOutput, onLine } = options;
    readText(this.#child.stdout, (text) => onOutput?.(text, "stdout"));
    readText(this.#child.stderr, (text) => onOutput?.(text, "stderr"));
    if (onLine !== undefined) {
      readLines(this.#child.stdio[3] as Readable, onLine);
      // A child that ended meanwhile is told by its end.
      (this.#child.stdio[4] as Writable | undefined)?.on("error", () => {});
    }
    this.ended = this.#watch();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get over(): ProcessEnd | undefined {
    return this.#over;
  }

  /** One line to the child's file descriptor 4. */
  send(line: string): void {
    (this.#child.stdio[4] as Writable | undefined)?.write(`${line}\n`);
  }

  closeInput(): void {
    (this.#child.stdio[4] as Writable | undefined)?.end();
  }

  /** To all of its group; nothing on Windows, which has no signals. */
  signal(signal: NodeJS.Signals): void {
    if (this.pid !== undefined && process.platform !== "win32") killQuietly(-this.pid, signal);
  }

  /** Ends it, its group and whatever of it has left the group. `graceMs` after a SIGTERM it is killed. */
  async end(graceMs = 0): Promise<void> {
    if (this.pid !== undefined) {
      if (graceMs > 0 && this.#over === undefined && process.platform !== "win32") {
        this.signal("SIGTERM");
        await Promise.race([this.ended, delay(graceMs)]);
      }
      if (process.platform === "win32") await endTree(this.pid);
      // The group outlives its leader.
      this.signal("SIGKILL");
      await endMarked(this.#mark);
    }
    await this.ended;
  }

  /** Ends what it has started and what is no child of it any more. */
  async endDaemons(): Promise<void> {
    await endMarked(this.#mark, this.pid);
  }

  async #watch(): Promise<ProcessEnd> {
    const child = this.#child;
    const closed = new Promise<void>((resolve) => void child.once("close", () => resolve()));
    const end = await new Promise<ProcessEnd>((resolve) => {
      child.once("error", (error) => {
        if (child.pid === undefined) resolve({ code: null, signal: null, error });
      });
      child.once("exit", (code, signal) => resolve({ code, signal }));
    });
    // A daemon that inherited a pipe would keep it open for as long as it lives.
    await Promise.race([closed, delay(500)]);
    for (const stream of child.stdio) stream?.destroy();
    this.#over = end;
    return end;
  }
}

/** For messages: `exit code 3`, `signal SIGKILL`. */
export function describeEnd(end: ProcessEnd): string {
  if (end.error !== undefined) return end.error.message;
  return end.signal === null ? `exit code ${end.code}` : `signal ${end.signal}`;
}

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}

function endTree(pid: number): Promise<void> {
  return new Promise((resolve) => {
    execFile("taskkill", ["/pid", String(pid), "/T", "/F"], { windowsHide: true }, () => resolve());
  });
}

function readText(stream: Readable | null, take: (text: string) => void): void {
  const decoder = new StringDecoder("utf8");
  stream?.on("data", (bytes: Buffer) => take(decoder.write(bytes)));
  stream?.on("error", () => {});
}

/** Calls back with each line, without its end. */
export function lineReader(take: (line: string) => void): (text: string) => void {
  let rest: string[] = [];
  let length = 0;
  return (text) => {
    const lines = text.split("\n");
    const last = lines.pop() ?? "";
    for (const line of lines) {
      const whole = rest.length === 0 ? line : rest.join("") + line;
      rest = [];
      length = 0;
      take(whole.endsWith("\r") ? whole.slice(0, -1) : whole);
    }
    length += last.length;
    if (last !== "" && length <= longestLine) rest.push(last);
  };
}

function readLines(stream: Readable, take: (line: string) => void): void {
  readText(stream, lineReader(take));
}
