import type { Socket } from "node:net";

/** How a link is worse than loopback; each is 0 when it is not. */
export interface Weather {
  /** One way. */
  delayMs: number;
  /** In each direction. */
  bytesPerSecond: number;
  /** The limit holds only after so many bytes have passed: what is sent at the beginning may come at full speed. */
  limitAfter: number;
  /** Part of the pieces that come a retransmission later, as a lost packet under TCP does: 0 to 1. */
  lossPart: number;
}

export const fairWeather: Weather = { delayMs: 0, bytesPerSecond: 0, limitAfter: 0, lossPart: 0 };

/** What TCP waits at least before it sends a lost packet again. */
const retransmissionMs = 200;
const packetBytes = 1460;
const mostHeld = 256 * 1024;

interface LaneLink {
  readonly isDown: boolean;
  readonly weather: Weather;
  pass(bytes: number): number;
  hinder(): void;
}

/** One direction of one connection through a link. Order is kept, whatever the weather. */
export class Lane {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #link: LaneLink;
  readonly #queue: { at: number; chunk: Buffer | undefined }[] = [];
  #held = 0;
  #freeAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, link: LaneLink) {
    this.#from = from;
    this.#to = to;
    this.#link = link;
    from.on("data", (chunk: Buffer) => this.#take(chunk));
    from.on("end", () => this.#put(this.#freeAt, undefined));
    to.on("drain", () => this.#breathe());
    from.on("error", () => to.destroy());
    from.on("close", () => {
      clearTimeout(this.#timer);
      to.destroy();
    });
  }

  /** The link's state has changed. */
  look(): void {
    if (this.#link.isDown) this.#from.pause();
    else {
      this.#drain();
      this.#breathe();
    }
  }

  #take(chunk: Buffer): void {
    const passed = this.#link.pass(chunk.length);
    const { delayMs, bytesPerSecond, limitAfter, lossPart } = this.#link.weather;
    const now = performance.now();
    const limited = bytesPerSecond > 0 && passed > limitAfter;
    const ms = limited ? (chunk.length / bytesPerSecond) * 1000 : 0;
    this.#freeAt = Math.max(this.#freeAt, now) + ms;
    const packets = Math.ceil(chunk.length / packetBytes);
    const lost = lossPart > 0 && Math.random() < 1 - (1 - lossPart) ** packets;
    if (lost) this.#freeAt += retransmissionMs;
    if (lost || limited || delayMs > 0) this.#link.hinder();
    this.#put(this.#freeAt + delayMs, chunk);
  }

  #put(at: number, chunk: Buffer | undefined): void {
    this.#queue.push({ at, chunk });
    this.#held += chunk?.length ?? 0;
    this.#drain();
    if (this.#held > mostHeld) this.#from.pause();
  }

  #drain(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    for (let next = this.#queue[0]; next !== undefined && !this.#link.isDown; next = this.#queue[0]) {
      if (next.at > now) {
        this.#timer = setTimeout(() => this.#drain(), Math.ceil(next.at - now));
        break;
      }
      this.#queue.shift();
      if (next.chunk === undefined) this.#to.end();
      else {
        this.#held -= next.chunk.length;
        this.#to.write(next.chunk);
      }
    }
    this.#breathe();
  }

  #breathe(): void {
    if (this.#held <= mostHeld && !this.#to.writableNeedDrain && !this.#link.isDown) this.#from.resume();
    else this.#from.pause();
  }
}
