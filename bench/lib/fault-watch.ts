import type { CaelumEvent } from "#kernel";

/** When a fault of a host was told, and when all that the host had was answered, by the times that events carry. */
export class FaultWatch {
  readonly #host: string;
  /** Units that the host has, and how many items each holds. */
  readonly #held = new Map<number, number>();
  /** Units that were given out again, and their items. */
  readonly #again = new Map<number, number>();
  /** Of the units that the host had when it was struck, those neither answered nor given back yet. */
  #pending: Set<number> | undefined;
  /** Items that were given back, and how many such have been answered: units may have been cut in between. */
  #owed = 0;
  #repaid = 0;
  #hasAnswered = false;
  #struckAt = Infinity;
  #seenAt: number | undefined;
  #redoneAt: number | undefined;

  constructor(host: string) {
    this.#host = host;
  }

  /** It has answered something, and has something. */
  get isWorking(): boolean {
    return this.#hasAnswered && this.#held.size > 0;
  }

  begin(now: number): void {
    this.#struckAt = now;
    this.#pending = new Set(this.#held.keys());
  }

  /** Milliseconds; undefined until all is over. */
  get times(): { seenMs: number; redoneMs: number } | undefined {
    if (this.#seenAt === undefined || this.#redoneAt === undefined) return undefined;
    return { seenMs: this.#seenAt - this.#struckAt, redoneMs: this.#redoneAt - this.#struckAt };
  }

  take(event: CaelumEvent): void {
    const at = Date.parse(event.at);
    this.#note(event);
    if (at < this.#struckAt) return;
    if (this.#tellsOfLoss(event)) this.#seenAt ??= at;
    if (this.#seenAt === undefined || this.#pending?.size !== 0 || this.#repaid < this.#owed) return;
    this.#redoneAt ??= at;
  }

  #note(event: CaelumEvent): void {
    switch (event.type) {
      case "lease.started":
        if (event.attempt > 1) this.#again.set(event.unit, event.items);
        else if (event.host === this.#host) this.#held.set(event.unit, event.items);
        return;
      case "unit.finished":
        if (event.host === this.#host) this.#hasAnswered = true;
        this.#repaid += this.#again.get(event.unit) ?? 0;
        this.#forget(event.unit);
        return;
      case "unit.retried":
        if (event.host !== this.#host) return;
        this.#owed += this.#held.get(event.unit) ?? this.#again.get(event.unit) ?? 0;
        this.#forget(event.unit);
        return;
      default:
    }
  }

  #forget(unit: number): void {
    this.#held.delete(unit);
    this.#again.delete(unit);
    this.#pending?.delete(unit);
  }

  #tellsOfLoss(event: CaelumEvent): boolean {
    switch (event.type) {
      case "unit.retried":
      case "worker.lost":
      case "host.failed":
        return event.host === this.#host;
      case "host.state":
        return event.host === this.#host && event.state === "resting";
      default:
        return false;
    }
  }
}
