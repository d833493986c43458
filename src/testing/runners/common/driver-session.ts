import type { TestFailure, TestUnit } from "../../model.ts";
import type { RunnerContext, RunnerEvent, RunnerSession } from "../runner.ts";
import { Batch } from "./batch.ts";
import { type DriverMessage, readDriverMessage } from "./driver-messages.ts";
import { delay, describeEnd, GroupedProcess, type ProcessEnd } from "./process.ts";
import { lastPart, withoutInspector } from "./text.ts";
import { absolute, asFileOfTree } from "./unit-paths.ts";

export interface Driver {
  /** What a person calls the runner. */
  name: string;
  program: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Before the first file of a batch it gets under way anew, and that is no file's time. */
  startsForBatch?: boolean;
  /** How long it may take to write what it writes at its end; 2 s unless said. */
  farewellMs?: number;
  /** What hung processes say of themselves when asked: stacks. They are ended afterwards. */
  dump?: (process: GroupedProcess, printed: () => string) => Promise<string | undefined>;
}

/** A runner may take this long until it comes to a unit, however short the bound of those is. */
const leastStartMs = 120_000;
const outputKept = 16_000;

/**
 * A session whose runner lives in a process with a driver of ours inside. The driver takes one line of JSON per batch
 * and answers with `DriverMessage`s. It runs one unit at a time, so whatever happens to the process happens to that unit:
 * that one is `crashed` or `timeout`, what it had reported stands, and the others are run by a new process.
 */
export class DriverSession implements RunnerSession {
  readonly #driver: Driver;
  readonly #context: RunnerContext;
  #process: GroupedProcess | undefined;
  #ready = false;
  /** It has come to a unit. */
  #begun = false;
  #output = "";
  #listen: (message: DriverMessage) => void = () => {};

  constructor(driver: Driver, context: RunnerContext) {
    this.#driver = driver;
    this.#context = context;
  }

  async run(
    units: readonly TestUnit[],
    emit: (event: RunnerEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const batch = new Batch(units, emit);
    let fruitless = 0;
    while (batch.open.length > 0) {
      const before = batch.open.length;
      const stopped = await this.#runOnce(batch, signal);
      if (stopped.reason === "cancelled" || stopped.reason === "failed") {
        batch.endAll(stopped.reason === "failed" ? "broken" : "cancelled", stopped.failure);
        break;
      }
      const [running] = batch.running;
      if (running !== undefined) {
        batch.end(running.id, stopped.reason === "timeout" ? "timeout" : "crashed", stopped.failure);
      }
      fruitless = batch.open.length < before ? 0 : fruitless + 1;
      const [next] = batch.open;
      // Twice nothing came of it: then it is not chance, and somebody has to be named so that this ends.
      if (fruitless === 2 && next !== undefined) {
        fruitless = 0;
        batch.end(next.id, stopped.reason === "timeout" ? "timeout" : "crashed", stopped.failure);
      }
    }
    await this.#process?.endDaemons();
  }

  /** Asks the driver for its units. Rejects with nothing but what `failed` makes of it. */
  async list(
    signal: AbortSignal,
    request: object = { type: "list" },
  ): Promise<Extract<DriverMessage, { type: "listed" }> | TestFailure> {
    let listed: Extract<DriverMessage, { type: "listed" }> | undefined;
    const ending = await this.#converse(request, signal, leastStartMs, (message) => {
      if (message.type === "listed") listed = message;
    });
    return listed ?? ending.failure ?? { message: `${this.#driver.name} listed nothing` };
  }

  warm(): void {
    this.#process ??= this.#start();
  }

  async stop(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (process === undefined) return;
    process.closeInput();
    await Promise.race([process.ended, delay(this.#driver.farewellMs ?? 2000)]);
    await process.end();
  }

  async #runOnce(batch: Batch, signal: AbortSignal): Promise<Ending> {
    const units = batch.open.map((unit) => ({
      unit: unit.id,
      file: absolute(this.#context.project, unit.file),
      ...(unit.selection === undefined ? {} : { selection: unit.selection }),
      ...(unit.pattern === undefined ? {} : { pattern: unit.pattern }),
    }));
    return this.#converse({ type: "run", units }, signal, this.#context.timeoutMs, (message) => {
      if (message.type === "ready") batch.ready();
      else if (message.type === "started") batch.start(message.unit);
      else if (message.type === "running") batch.testStarted(message.unit, message.title);
      else if (message.type === "ended") batch.end(message.unit, message.end, this.#placed(message.failure));
      else if (message.type === "test") {
        const { file, ...reported } = message;
        const failures = message.failures?.flatMap((failure) => this.#placed(failure) ?? []);
        const place = file === undefined ? {} : { file: asFileOfTree(this.#context.project, file) };
        batch.test(message.unit, { ...reported, ...place, ...(failures === undefined ? {} : { failures }) });
      }
    });
  }

  /** One request, until the driver is idle again or there is no hope that it will be. */
  async #converse(
    request: object,
    signal: AbortSignal,
    boundMs: number,
    take: (message: DriverMessage) => void,
  ): Promise<Ending> {
    if (signal.aborted) return { reason: "cancelled" };
    const process = (this.#process ??= this.#start());
    const ending = Promise.withResolvers<Ending>();
    let timer: NodeJS.Timeout | undefined;
    let current: string | undefined;
    const arm = (): void => {
      clearTimeout(timer);
      const starts = !this.#ready || (this.#driver.startsForBatch === true && current === undefined);
      const ms = starts ? Math.max(boundMs, leastStartMs) : boundMs;
      timer = setTimeout(() => ending.resolve({ reason: "timeout", failure: timeoutAfter(ms) }), ms);
    };
    this.#listen = (message) => {
      if (message.type === "idle") ending.resolve({ reason: "idle" });
      if (message.type === "failed") ending.resolve({ reason: "failed", failure: message });
      // What earlier units have printed explains nothing of this one.
      if (message.type === "started") {
        this.#output = "";
        this.#begun = true;
      }
      // The bound is that of a unit, not of a test; some runners begin a unit with each of its tests.
      const goesOn = message.type === "started" && message.unit === current;
      if (message.type === "started") current = message.unit;
      if (message.type === "ended") current = undefined;
      if (message.type !== "test" && message.type !== "running" && !goesOn) arm();
      take(message);
    };
    const abort = (): void => ending.resolve({ reason: "cancelled" });
    signal.addEventListener("abort", abort, { once: true });
    void process.ended.then((end) => ending.resolve({ reason: "ended", failure: this.#explain(end) }));
    arm();
    process.send(JSON.stringify(request));
    const result = await ending.promise;
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    if (result.reason === "idle") return result;
    return this.#give(process, result);
  }

  /** Ends the process for whatever reason there is, and says what there is to say about it. */
  async #give(process: GroupedProcess, ending: Ending): Promise<Ending> {
    const wasReady = this.#ready;
    const dump =
      ending.reason === "timeout" ? await this.#driver.dump?.(process, () => this.#output) : undefined;
    this.#listen = () => {};
    this.#process = undefined;
    await process.end(ending.reason === "cancelled" ? 300 : 0);
    if (ending.reason === "timeout" && ending.failure !== undefined)
      return { ...ending, failure: { ...ending.failure, details: this.#hung(dump) } };
    if (ending.reason === "ended" && !wasReady && process.over?.signal === null) {
      return { ...ending, reason: "failed" };
    }
    return ending;
  }

  /** With the file as the tree names it, if it is of the tree. */
  #placed(failure: TestFailure | undefined): TestFailure | undefined {
    if (failure?.file === undefined) return failure;
    const file = asFileOfTree(this.#context.project, failure.file);
    return file.startsWith("../") ? failure : { ...failure, file };
  }

  #start(): GroupedProcess {
    this.#ready = false;
    this.#begun = false;
    this.#output = "";
    const process: GroupedProcess = new GroupedProcess({
      program: this.#driver.program,
      args: this.#driver.args,
      cwd: this.#context.project.folder,
      env: this.#driver.env,
      onOutput: (text) => {
        this.#output = (this.#output + text).slice(-outputKept);
        this.#context.log(text);
      },
      onLine: (line) => {
        const message = readDriverMessage(line);
        if (message === undefined || this.#process !== process) return;
        if (message.type === "ready") this.#ready = true;
        this.#listen(message);
      },
    });
    return process;
  }

  #explain(end: ProcessEnd): TestFailure {
    const how = `${this.#driver.name} ended with ${describeEnd(end)}`;
    // What it says of itself before it could begin is the better headline.
    const told = this.#begun ? undefined : /^.*\b(?:\w*Error|ERROR)\b.*$/m.exec(this.#output)?.[0];
    return {
      message: told ?? how,
      details: told === undefined ? lastPart(this.#output) : `${how}\n${lastPart(this.#output)}`,
    };
  }

  #hung(dump: string | undefined): string {
    return [dump ?? "", lastPart(withoutInspector(this.#output).replace(dump ?? "", ""), 4000)]
      .filter((part) => part.trim() !== "")
      .join("\n\n");
  }
}

function timeoutAfter(ms: number): TestFailure {
  return { message: `nothing came of it within ${ms / 1000} s` };
}

interface Ending {
  reason: "idle" | "cancelled" | "timeout" | "failed" | "ended";
  failure?: TestFailure;
}
