import { HostError } from "#fleet";
import { CaelumError, CancelledError } from "#kernel";
import { bounded, HostSilentError } from "../upkeep/bounded.ts";

/** The way to a working host, in this order. */
export const doctorSteps = [
  "resolve",
  "connect",
  "host-key",
  "authenticate",
  "shell",
  "folder",
  "exec",
  "space",
  "node",
  "agent",
  "throughput",
  "clock",
] as const;
export type DoctorStep = (typeof doctorSteps)[number];

export interface StepResult {
  step: DoctorStep;
  /** `warn`: it works, and somebody should know this. */
  state: "ok" | "warn" | "failed" | "skipped";
  detail: string;
  ms: number;
  code?: string;
  /** A command or a sentence that mends it. */
  hint?: string;
}

export interface Diagnosis {
  host: string;
  usable: boolean;
  /** Up to the first that failed. */
  steps: readonly StepResult[];
}

/** What a step found out, and what the next ones need of it. */
export interface Finding<T> {
  value: T;
  detail: string;
  state?: "ok" | "warn" | "skipped";
  hint?: string;
}

/** A step that failed, in words of its own. */
export class StepError extends CaelumError {
  constructor(host: string, why: string, hint: string) {
    super("CAELUM_HOST_UNFIT", "fleet", `host "${host}" ${why}`, { hint, data: { host } });
  }
}

/** Ends a walk; what failed stands in its results. */
class Stopped extends Error {}

/** Names the exact fix for what failed at a step; undefined: what the error itself says is the best there is. */
export type Fix = (step: DoctorStep, error: CaelumError) => string | undefined;

/** One host's steps, one after the other, each within its time. */
export class Walk {
  readonly #host: string;
  readonly #signal: AbortSignal;
  readonly #steps: StepResult[] = [];
  fix: Fix = () => undefined;

  constructor(host: string, signal: AbortSignal) {
    this.#host = host;
    this.#signal = signal;
  }

  /** Runs the steps that `way` takes; rejects with what is no failure of a host only. */
  async walk(way: () => Promise<void>): Promise<Diagnosis> {
    try {
      await way();
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
    const usable = this.#steps.every(({ state }) => state !== "failed");
    return { host: this.#host, usable, steps: this.#steps };
  }

  /** Rejects when the step fails: the walk is over then. */
  async step<T>(
    step: DoctorStep,
    ms: number,
    work: (signal: AbortSignal) => Promise<Finding<T>> | Finding<T>,
  ): Promise<T> {
    const begun = performance.now();
    const since = (): number => Math.round(performance.now() - begun);
    try {
      const { value, ...found } = await bounded(this.#host, ms, this.#signal, async (signal) => work(signal));
      this.#steps.push({ step, state: "ok", ms: since(), ...found });
      return value;
    } catch (error) {
      if (!(error instanceof CaelumError) || error instanceof CancelledError) throw error;
      this.#fail(stepOf(error) ?? step, error, since());
      throw new Stopped(error.message, { cause: error });
    }
  }

  skip(detail: string, ...steps: DoctorStep[]): void {
    for (const step of steps) this.#steps.push({ step, state: "skipped", detail, ms: 0 });
  }

  #fail(step: DoctorStep, error: CaelumError, ms: number): void {
    // The system's ssh does several steps in one, and its last words tell which of them failed.
    const index = this.#steps.findIndex(
      (each) => doctorSteps.indexOf(each.step) >= doctorSteps.indexOf(step),
    );
    if (index >= 0) this.#steps.length = index;
    const own = error instanceof HostSilentError ? undefined : error.hint;
    // "Run the doctor" is no help from the doctor.
    const hint = this.fix(step, error) ?? (own?.startsWith("caelum fleet doctor") ? undefined : own);
    this.#steps.push({
      step,
      state: "failed",
      detail: withoutHost(error.message, this.#host),
      ms,
      code: error.code,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function stepOf(error: CaelumError): DoctorStep | undefined {
  // Of silence the walk knows better at which step it came.
  if (!(error instanceof HostError) || error instanceof HostSilentError) return undefined;
  // A name that DNS does not know fails where ssh connects, and is no matter of connections.
  const { step } = error;
  if (step === "connect" && /ENOTFOUND|EAI_AGAIN|Could not resolve hostname/i.test(error.message))
    return "resolve";
  return step === "session" ? "shell" : step;
}

/** The row is the host's already. */
function withoutHost(message: string, host: string): string {
  const name = `host "${host}"`;
  return message.startsWith(`${name} `) ? message.slice(name.length + 1) : message.replace(` on ${name}`, "");
}
