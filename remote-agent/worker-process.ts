import type { ChildProcess } from "node:child_process";
import type { FromWorker, ToWorker, WorkerBoot } from "#protocol";
import type { Children } from "./children.ts";

export interface WorkerProcessOptions {
  children: Children;
  boot: WorkerBoot;
  readable: readonly string[];
  memoryMb: number | undefined;
  /** Added to what a program needs to run. */
  env: Readonly<Record<string, string>> | undefined;
  onMessage(message: FromWorker): void;
  /** `reason`: signal, exit code, and the last it wrote to stderr. */
  onExit(reason: string): void;
}

/** A worker in a process of its own: native code that crashes takes this process and nothing else. */
export class WorkerProcess {
  readonly #children: Children;
  readonly #child: ChildProcess;
  /** Settles after `onExit`. */
  readonly ended: Promise<void>;
  #complaint = "";

  constructor(options: WorkerProcessOptions) {
    this.#children = options.children;
    this.#child = options.children.start(process.execPath, nodeArguments(options), {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      serialization: "advanced",
      env: { ...workerEnvironment(), ...options.env },
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-2000);
    });
    this.#child.on("message", (message) => options.onMessage(message as FromWorker));
    this.ended = new Promise((resolve) => {
      const end = (reason: string): void => {
        options.onExit(reason);
        resolve();
      };
      this.#child.on("error", (error) => end(error.message));
      this.#child.on("close", (code, signal) => end(this.#reason(code, signal)));
    });
    this.send(options.boot);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(message: ToWorker): void {
    // It may have died a moment ago; its exit is told by the event.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  kill(): void {
    this.#children.kill(this.#child);
  }

  #reason(code: number | null, signal: NodeJS.Signals | null): string {
    const how = signal === null ? `exit code ${code ?? "unknown"}` : signal;
    // Reasons stand in one line of a report or a log.
    const complaint = this.#complaint.trim().replaceAll(/\s*\n\s*/g, "; ");
    return complaint === "" ? how : `${how}: ${complaint.slice(-400)}`;
  }
}

/** Node's default costs a worker that makes much garbage 150 MB; this costs 2 % of its speed. */
const youngGenerationMb = 2;
/** What else a worker has made may grow by this share before it is looked through: little is kept from file to file. */
const heapGrowthPercent = 25;
/** Threads for collecting garbage and for optimizing code: there are as many workers as cores. */
const helperThreads = 1;
/**
 * Compilers take and free some tens of megabytes at a time. Left to itself, glibc notes how large such pieces are and
 * keeps the next ones; with a threshold that is set it gives them back. Other systems do not know these names.
 */
const allocatorSettings = { MALLOC_MMAP_THRESHOLD_: "131072", MALLOC_TRIM_THRESHOLD_: "131072" };

/**
 * The permission model, where this Node has it, keeps a worker away from files that are not its business, from
 * child processes and from native addons. It does not keep it from the network: defence in depth, not a sandbox.
 */
function nodeArguments(options: WorkerProcessOptions): string[] {
  const self = process.argv[1] ?? "";
  const flags = [
    "--no-warnings",
    `--max-semi-space-size=${youngGenerationMb}`,
    `--heap-growing-percent=${heapGrowthPercent}`,
    `--v8-pool-size=${helperThreads}`,
  ];
  if (options.memoryMb !== undefined) flags.push(`--max-old-space-size=${options.memoryMb}`);
  if (!process.allowedNodeEnvironmentFlags.has("--permission")) return [...flags, self, "worker"];
  const readable = [self, options.boot.blobs, ...Object.values(options.boot.assets), ...options.readable];
  return ["--permission", ...readable.map((item) => `--allow-fs-read=${item}`), ...flags, self, "worker"];
}

/** Secrets live in environments: a worker gets what a program needs to run, and no more. */
function workerEnvironment(): NodeJS.ProcessEnv {
  const kept = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "SystemRoot", "USERPROFILE"];
  const environment: NodeJS.ProcessEnv = { ...allocatorSettings };
  for (const name of kept) if (process.env[name] !== undefined) environment[name] = process.env[name];
  return environment;
}
