import { CaelumError } from "#kernel";

/** Calls a second that a tenant may make for long, and how many at once after a pause. */
const perSecond = 2000;
const burst = 10_000;
/** Calls that are under way in the whole server. Above it those who have their share of them are refused. */
const maxUnderWay = 2000;
const maxTenants = 1000;

/** Who asks too often, or at a bad moment. */
export class TooManyCallsError extends CaelumError {
  constructor(why: string) {
    super("CAELUM_BUSY", "incomplete", `busy: ${why}`, {
      hint: "retry after 1 s",
      data: { retryAfterMs: 1000 },
    });
  }
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Lets calls in: a bucket of tokens for each tenant, a bound for all together, of which each has its share. */
export class Admission {
  readonly #buckets = new Map<string, Bucket>();
  readonly #own = new Map<string, number>();
  #underWay = 0;
  #calls = 0;

  /** All that were let in so far. */
  get calls(): number {
    return this.#calls;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Returns what to call when the call is over. @throws TooManyCallsError */
  enter(tenant: string): () => void {
    const own = this.#own.get(tenant) ?? 0;
    const share = maxUnderWay / (this.#own.size + (own === 0 ? 1 : 0));
    if (this.#underWay >= 2 * maxUnderWay || (this.#underWay >= maxUnderWay && own >= share))
      throw new TooManyCallsError(`${this.#underWay} calls are under way`);
    const now = performance.now();
    const bucket = this.#buckets.get(tenant) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) throw new TooManyCallsError(`more than ${perSecond} calls a second for too long`);
    bucket.tokens--;
    this.#buckets.delete(tenant);
    this.#buckets.set(tenant, bucket);
    // Names are the clients' own: the ones not seen for longest are forgotten.
    if (this.#buckets.size > maxTenants) this.#buckets.delete(this.#buckets.keys().next().value!);
    this.#underWay++;
    this.#calls++;
    this.#own.set(tenant, own + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#underWay--;
      const others = this.#own.get(tenant)! - 1;
      if (others === 0) this.#own.delete(tenant);
      else this.#own.set(tenant, others);
    };
  }
}
