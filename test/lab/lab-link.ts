import { once } from "node:events";
import net from "node:net";

/**
 * The cable between client and host: a TCP relay in this process that can be pulled (total silence, no reset), cut
 * (reset), shut (new connections refused) or made slow.
 */
export class LabLink {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  readonly #target: number;
  #down = false;
  #refusing = false;
  /** Bytes in both directions, for tests that count what travels. */
  #bytes = 0;

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

  static answers(port: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = net.connect({ port, host: "127.0.0.1" });
      socket.once("error", () => resolve(false));
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

  /** Nothing passes, nobody is told. */
  pull(): void {
    this.#down = true;
    for (const socket of this.#sockets) socket.pause();
  }

  plug(): void {
    this.#down = false;
    for (const socket of this.#sockets) socket.resume();
  }

  /** Resets every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  refuse(refusing: boolean): void {
    this.#refusing = refusing;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
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
    this.#sockets.add(from);
    from.on("data", (chunk) => {
      this.#bytes += chunk.length;
      if (to.write(chunk)) return;
      from.pause();
      to.once("drain", () => {
        if (!this.#down) from.resume();
      });
    });
    from.on("end", () => to.end());
    from.on("error", () => to.destroy());
    from.on("close", () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    if (this.#down) from.pause();
  }
}
