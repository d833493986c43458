import { GroupedProcess, type ProcessEnd, type ProcessOptions } from "./process.ts";

export interface RunOptions extends Omit<ProcessOptions, "onLine"> {
  timeoutMs: number;
  /** Its time is over, too, when this is aborted. */
  expired?: AbortSignal;
  /** What a hung process says of itself when asked, before it is ended. */
  dump?: (process: GroupedProcess, printed: () => string) => Promise<string | undefined>;
}

export interface FinishedProcess {
  end: ProcessEnd;
  stdout: string;
  stderr: string;
  /** It was ended because the caller wanted so, or because its time was over. */
  stopped?: "aborted" | "timeout";
  dump?: string;
}

/** Text that is kept of a process: enough for the listing of a huge suite, too little to fill the memory. */
const mostText = 64 << 20;

/** Runs a program to its end and keeps what it prints. Nothing of it is left behind. */
export async function runToEnd(options: RunOptions, signal: AbortSignal): Promise<FinishedProcess> {
  const kept = { stdout: [] as string[], stderr: [] as string[], length: 0 };
  const started = new GroupedProcess({
    ...options,
    onOutput: (text, stream) => {
      options.onOutput?.(text, stream);
      kept.length += text.length;
      if (kept.length <= mostText) kept[stream].push(text);
    },
  });
  const printed = (): string => [...kept.stdout, ...kept.stderr].join("");
  let stopped: FinishedProcess["stopped"];
  let dump: string | undefined;
  const expire = async (): Promise<void> => {
    stopped ??= "timeout";
    dump = await options.dump?.(started, printed);
    await started.end();
  };
  const abort = (): void => {
    stopped ??= "aborted";
    void started.end(300);
  };
  const over = new AbortController();
  const timer = setTimeout(() => void expire(), options.timeoutMs);
  signal.addEventListener("abort", abort, { once: true });
  options.expired?.addEventListener("abort", () => void expire(), { once: true, signal: over.signal });
  if (signal.aborted) abort();
  try {
    const end = await started.ended;
    await started.end();
    return {
      end,
      stdout: kept.stdout.join(""),
      stderr: kept.stderr.join(""),
      ...(stopped === undefined ? {} : { stopped }),
      ...(dump === undefined ? {} : { dump }),
    };
  } finally {
    clearTimeout(timer);
    over.abort();
    signal.removeEventListener("abort", abort);
  }
}
