import type { CircuitBreakerPolicy } from "cockatiel";
import type { Redis } from "ioredis";
import { packFacts, unpackFacts } from "./pack-facts.ts";
import type { StoredFacts } from "./stored-facts.ts";

/** No answer within this: this machine is faster by itself. Whoever is waited for names less. */
const usualAnswerMs = 750;
const connectWithinMs = 2000;
const failuresInARow = 2;
const restMs = 5000;
/** Facts nobody has asked for in this time are measured again when somebody does. */
const keptSeconds = 30 * 86_400;
const keysAtOnce = 256;
/** A run that measures faster than Redis takes it in does not wait: what is beyond this is not shared. */
const mostWaiting = 4096;
const prefix = "caelum:facts:1:";

/**
 * Facts that several machines share through Redis, behind the cache of each. It is never needed: what does not answer in time, or answers
 * nonsense, is as good as empty, and after failures in a row it is left alone for a while. Who can write to the Redis
 * can choose what others are told: it is for people who trust each other.
 */
export class SharedFacts {
  readonly #redis: Redis;
  readonly #breaker: CircuitBreakerPolicy;
  readonly #onFailure: (error: unknown) => void;
  #waiting: [key: string, value: Buffer][] = [];
  #writing: Promise<void> = Promise.resolve();
  #told = false;
  #hits = 0;

  private constructor(redis: Redis, breaker: CircuitBreakerPolicy, onFailure: (error: unknown) => void) {
    this.#redis = redis;
    this.#breaker = breaker;
    this.#onFailure = onFailure;
  }

  /** @param url `redis://[user:password@]host:port/database`, `rediss://` with TLS, or `unix:///path` */
  static async open(
    url: string,
    onFailure: (error: unknown) => void,
    answerWithinMs = usualAnswerMs,
  ): Promise<SharedFacts> {
    const [{ Redis }, { circuitBreaker, ConsecutiveBreaker, handleAll }] = await Promise.all([
      import("ioredis"),
      import("cockatiel"),
    ]);
    const redis = new Redis(url.replace(/^unix:\/\//, ""), {
      lazyConnect: true,
      connectTimeout: connectWithinMs,
      commandTimeout: answerWithinMs,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      retryStrategy: (times) => Math.min(times * 500, restMs),
    });
    const breaker = circuitBreaker(handleAll, {
      breaker: new ConsecutiveBreaker(failuresInARow),
      halfOpenAfter: restMs,
    });
    const shared = new SharedFacts(redis, breaker, onFailure);
    redis.on("error", (error) => shared.#fail(error));
    const connected = redis.connect().catch((error: unknown) => shared.#fail(error));
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(connectWithinMs, 4 * answerWithinMs));
    await Promise.race([connected, late]);
    clearTimeout(timer);
    return shared;
  }

  /** Facts that came from here. */
  get hits(): number {
    return this.#hits;
  }

  /** In the order of the keys; undefined for what is not there. Never rejects. */
  async getMany(keys: readonly Buffer[]): Promise<(StoredFacts | undefined)[]> {
    const found: (StoredFacts | undefined)[] = [];
    for (let at = 0; at < keys.length; at += keysAtOnce) {
      const some = keys.slice(at, at + keysAtOnce);
      const values = await this.#try(() => this.#redis.mgetBuffer(some.map(nameOf)));
      for (const [index, key] of some.entries()) {
        const value = values?.[index];
        const facts = value === null || value === undefined ? undefined : unpackFacts(key, value);
        if (facts !== undefined) this.#hits++;
        found.push(facts);
      }
    }
    return found;
  }

  /** Written in the background, some at a time; see `flush`. */
  put(key: Buffer, stored: StoredFacts): void {
    if (this.#waiting.length >= mostWaiting) return;
    this.#waiting.push([nameOf(key), packFacts(key, stored)]);
    if (this.#waiting.length === keysAtOnce) this.flush();
  }

  /** Writes what waits, and ends the connection. Never rejects. */
  async close(): Promise<void> {
    this.flush();
    await this.#writing;
    this.#redis.disconnect();
  }

  /** Begins to write what waits. */
  flush(): void {
    const rows = this.#waiting;
    this.#waiting = [];
    if (rows.length === 0) return;
    this.#writing = this.#writing.then(() => this.#write(rows));
  }

  async #write(rows: readonly [string, Buffer][]): Promise<void> {
    await this.#try(async () => {
      const pipeline = this.#redis.pipeline();
      for (const [name, value] of rows) pipeline.set(name, value, "EX", keptSeconds);
      const answers = await pipeline.exec();
      const failed = answers?.find(([error]) => error !== null)?.[0];
      if (failed !== undefined && failed !== null) throw failed;
    });
  }

  async #try<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await this.#breaker.execute(work);
      this.#told = false;
      return result;
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  /** Once for each time that it goes away: the work goes on without it, and comes back to it when it is back. */
  #fail(error: unknown): void {
    if (this.#told) return;
    this.#told = true;
    this.#onFailure(error);
  }
}

function nameOf(key: Buffer): string {
  return prefix + key.toString("base64url");
}
