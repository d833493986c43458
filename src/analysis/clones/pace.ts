import { setImmediate } from "node:timers/promises";

/** Work on the main thread goes on for so long before anything else has its turn. */
const TURN_MS = 40;
/** Looking at the clock costs about as much as the smallest pieces of work. */
const PIECES_A_LOOK = 32;

/** Lets others have their turn during long work, and ends it when it is cancelled. No result depends on it. */
export class Pace {
  readonly #check: () => void;
  #pieces = 0;
  #since = performance.now();

  /** `check` throws when the work is to end. */
  constructor(check: () => void = () => {}) {
    this.#check = check;
  }

  /** Asked after each small piece of work; true: time to `rest`. */
  get isDue(): boolean {
    if (++this.#pieces % PIECES_A_LOOK !== 0) return false;
    return performance.now() - this.#since > TURN_MS;
  }

  async rest(): Promise<void> {
    await setImmediate();
    this.#check();
    this.#since = performance.now();
  }
}
