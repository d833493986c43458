import { once } from "node:events";
import net from "node:net";
import { fairWeather, Lane, type Weather } from "./lab-lane.ts";

/**
 * The cable between client and host: a TCP relay in this process that can be pulled (total silence, no reset), cut
 * (reset), shut (new connections refused) or made slow, late and lossy.
 */
export class LabLink {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  readonly #lanes = new Set<Lane>();
  readonly #target: number;
  #down = false;
  #refusing = false;
  #weather = fairWeather;
  /** Bytes in both directions, for tests that count what travels. */
  #bytes = 0;
  #hindered = 0;

  private constructor(target: number) {
    this.#target = target;
    this.#server = net.createServer({ allowHalfOpen: true }, (socket) => this.#relay(socket));
  }

  static async to(target: number): Promise<LabLink> {
    const link = new LabLink(target);
    link.#server.listen(0, "127.0.0.1");
    await once(link.#server, "listening");
    return link;
  }

  static async freePort(): Promise<number> {
    const server = net.createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as net.AddressInfo;
    server.close();
    await once(server, "close");
    return port;
  }

  static answers(port: number, host = "127.0.0.1"): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = net.connect({ port, host });
      socket.once("error", () => resolve(false));
      // An sshd that is just ending takes the connection and closes it.
      socket.once("close", () => resolve(false));
      socket.once("data", () => {
        socket.destroy();
        resolve(true);
      });
    });
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isDown(): boolean {
    return this.#down;
  }

  get weather(): Weather {
    return this.#weather;
  }

  /** Nothing passes, nobody is told. */
  pull(): void {
    this.#down = true;
    this.#look();
  }

  plug(): void {
    this.#down = false;
    this.#look();
  }

  /** From now on; what is not named is as on loopback. */
  turn(weather: Partial<Weather>): void {
    this.#weather = { ...fairWeather, ...weather };
    this.#hindered = 0;
  }

  /** Pieces that came later than they would have in fair weather, since it was turned. */
  get hindered(): number {
    return this.#hindered;
  }

  hinder(): void {
    this.#hindered++;
  }

  /** Resets every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  refuse(refusing: boolean): void {
    this.#refusing = refusing;
  }

  /** For the lanes: counts what passes and says how much that is by now. */
  pass(bytes: number): number {
    return (this.#bytes += bytes);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #look(): void {
    for (const lane of this.#lanes) lane.look();
  }

  #relay(near: net.Socket): void {
    if (this.#refusing) {
      near.resetAndDestroy();
      return;
    }
    const far = net.connect({ port: this.#target, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    near.setNoDelay(true);
    this.#join(near, far);
    this.#join(far, near);
  }

  #join(from: net.Socket, to: net.Socket): void {
    const lane = new Lane(from, to, this);
    this.#sockets.add(from);
    this.#lanes.add(lane);
    from.on("close", () => {
      this.#sockets.delete(from);
      this.#lanes.delete(lane);
    });
    lane.look();
  }
}
