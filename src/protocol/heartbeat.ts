export const beatMs = 1000;

export interface HeartbeatOptions {
  beat(): void;
  /** Called once, when nothing came in for `silenceMs`. */
  onSilence(silentMs: number): void;
  silenceMs: number;
}

/**
 * Says "I am alive" every second, unasked, and notices when the other side stops doing so. Any byte that comes in
 * counts, so a slow link that is busy is not taken for a dead one.
 */
export class Heartbeat {
  readonly #timer: ReturnType<typeof setInterval>;
  #heardAt = performance.now();
  #tickedAt = performance.now();
  #beatNow = false;

  constructor(options: HeartbeatOptions) {
    this.#timer = setInterval(() => {
      const now = performance.now();
      // We were asleep (closed lid, SIGSTOP, a long computation): what came meanwhile is still unread, so the
      // silence is ours and not the other side's.
      if (now - this.#tickedAt > 2 * beatMs) this.#heardAt = now;
      this.#tickedAt = now;
      this.#beatNow = !this.#beatNow;
      if (this.#beatNow) options.beat();
      if (now - this.#heardAt < options.silenceMs) return;
      this.stop();
      options.onSilence(Math.round(now - this.#heardAt));
    }, beatMs / 2);
  }

  heard(): void {
    this.#heardAt = performance.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
