/** What waits its turn. */
export interface Waiting {
  readonly tenant: string;
  /** 0: somebody waits for it. Every unit of it lets others that came up to `ageingMs` later go first. */
  readonly priority: number;
  /** Milliseconds, of the clock that `take` is asked with. */
  readonly queuedAt: number;
}

interface Line<T> {
  waiting: T[];
  /** What it has used, milliseconds, on the queue's own clock. */
  used: number;
}

const anybody = (): boolean => true;
/** Names are the tenants' own: lines that are empty are forgotten above this. */
const maxLines = 1000;

/**
 * A line for each tenant. The most urgent goes first; among those that are equally urgent the tenant that has used
 * least: start-time fair queueing (Goyal, Vin, Cheng 1996). So who queues a thousand does not keep another one from the next
 * turn. Urgency grows with time, up to that of what somebody waits for, so that nothing waits for ever and age alone is no
 * reason to go before another tenant.
 */
export class FairQueue<T extends Waiting> {
  readonly #lines = new Map<string, Line<T>>();
  readonly #ageingMs: number;
  #clock = 0;
  #length = 0;

  constructor(ageingMs: number) {
    this.#ageingMs = ageingMs;
  }

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    let line = this.#lines.get(item.tenant);
    if (line === undefined) {
      if (this.#lines.size >= maxLines) this.#forget();
      this.#lines.set(item.tenant, (line = { waiting: [], used: this.#clock }));
    }
    // Who was away has saved nothing up.
    if (line.waiting.length === 0) line.used = Math.max(line.used, this.#clock);
    line.waiting.push(item);
    this.#length++;
  }

  /** False: it was not there. */
  remove(item: T): boolean {
    const line = this.#lines.get(item.tenant);
    const at = line?.waiting.indexOf(item) ?? -1;
    if (at === -1) return false;
    line!.waiting.splice(at, 1);
    this.#length--;
    return true;
  }

  /**
   * Whose turn it is. `costMs`: what it will use, as far as one knows; `charge` corrects it.
   * @param may a tenant that may not has no turn now
   */
  take(now: number, costMs: number, may: (tenant: string) => boolean = anybody): T | undefined {
    let best: { line: Line<T>; at: number; urgency: number } | undefined;
    for (const [tenant, line] of this.#lines) {
      if (line.waiting.length === 0 || !may(tenant)) continue;
      const at = this.#firstOf(line.waiting);
      const urgency = Math.max(0, Math.ceil(this.#rank(line.waiting[at]!, now) / this.#ageingMs));
      if (
        best === undefined ||
        urgency < best.urgency ||
        (urgency === best.urgency && line.used < best.line.used)
      )
        best = { line, at, urgency };
    }
    if (best === undefined) return undefined;
    const { line, at } = best;
    this.#clock = Math.max(this.#clock, line.used);
    line.used += costMs;
    this.#length--;
    return line.waiting.splice(at, 1)[0];
  }

  /** What a tenant has used beyond what was thought; negative: less. */
  charge(tenant: string, ms: number): void {
    const line = this.#lines.get(tenant);
    if (line !== undefined) line.used += ms;
  }

  /** Takes back the newest of the longest line, if that is not this tenant's: room for somebody with less. */
  makeRoomFor(tenant: string): T | undefined {
    let longest: Line<T> | undefined;
    for (const line of this.#lines.values())
      if (line.waiting.length > (longest?.waiting.length ?? 0)) longest = line;
    const own = this.#lines.get(tenant)?.waiting.length ?? 0;
    if (longest === undefined || longest.waiting.length <= own + 1) return undefined;
    this.#length--;
    return longest.waiting.pop();
  }

  /** Takes all of it. */
  drain(): T[] {
    const all = [...this.#lines.values()].flatMap(({ waiting }) => waiting.splice(0));
    this.#lines.clear();
    this.#length = 0;
    return all;
  }

  #rank({ priority, queuedAt }: T, now: number): number {
    return priority * this.#ageingMs - (now - queuedAt);
  }

  #firstOf(waiting: readonly T[]): number {
    let first = 0;
    for (let at = 1; at < waiting.length; at++)
      if (this.#rank(waiting[at]!, 0) < this.#rank(waiting[first]!, 0)) first = at;
    return first;
  }

  #forget(): void {
    for (const [tenant, line] of this.#lines) if (line.waiting.length === 0) this.#lines.delete(tenant);
  }
}
