import type { CaelumEvent } from "#kernel";

/** When a fault of a host was told, and when its work had been done again, by the times that events carry. */
export class FaultWatch {
  readonly #host: string;
  /** Units the host has, with how many items each holds. */
  readonly #held = new Map<number, number>();
  /** Units that were given out again, and their items. */
  readonly #again = new Map<number, number>();
  #finishedHere = 0;
  #struckAt: number | undefined;
  #seenAt: number | undefined;
  #redoneAt: number | undefined;
  /** Items that have to be done again, as far as that is known. */
  #owed = 0;
  #repaid = 0;

  constructor(host: string) {
    this.#host = host;
  }

  /** It has answered something, and has something. */
  get isWorking(): boolean {
    return this.#finishedHere > 0 && this.#held.size > 0;
  }

  begin(now: number): void {
    this.#struckAt = now;
  }

  /** Milliseconds; undefined until all is over. */
  get times(): { seenMs: number; redoneMs: number } | undefined {
    if (this.#struckAt === undefined || this.#seenAt === undefined || this.#redoneAt === undefined)
      return undefined;
    return { seenMs: this.#seenAt - this.#struckAt, redoneMs: this.#redoneAt - this.#struckAt };
  }

  take(event: CaelumEvent): void {
    const at = Date.parse(event.at);
    const struck = this.#struckAt !== undefined && at >= this.#struckAt;
    switch (event.type) {
      case "lease.started":
        if (event.attempt > 1) this.#again.set(event.unit, event.items);
        else if (event.host === this.#host) this.#held.set(event.unit, event.items);
        return;
      case "unit.finished": {
        if (event.host === this.#host) this.#finishedHere++;
        const items = this.#again.get(event.unit);
        if (items !== undefined) this.#repay(items, at);
        this.#again.delete(event.unit);
        this.#held.delete(event.unit);
        return;
      }
      case "unit.retried":
        if (event.host !== this.#host) return;
        this.#owed += this.#held.get(event.unit) ?? this.#again.get(event.unit) ?? 0;
        this.#held.delete(event.unit);
        this.#again.delete(event.unit);
        if (struck) this.#seenAt ??= at;
        return;
      case "worker.lost":
      case "host.failed":
        if (struck && event.host === this.#host) this.#seenAt ??= at;
        return;
      case "host.state":
        if (struck && event.host === this.#host && event.state === "resting") this.#seenAt ??= at;
        return;
      default:
    }
  }

  #repay(items: number, at: number): void {
    this.#repaid += items;
    if (this.#owed > 0 && this.#repaid >= this.#owed) this.#redoneAt ??= at;
  }
}
