import { Duplex } from "node:stream";
import type { AgentMessage, Connection, ControllerMessage } from "#protocol";

/** A protocol stream as one of Node's: its back pressure becomes the stream's credit. */
export function streamDuplex(
  connection: Connection<AgentMessage, ControllerMessage>,
  id: number,
): { duplex: Duplex; drop: () => void } {
  // Pieces that arrived while the reader was behind; their credit goes back when it wants more.
  let unread: (() => void)[] = [];
  const duplex = new Duplex({
    read: () => {
      const taken = unread;
      unread = [];
      for (const giveCredit of taken) giveCredit();
    },
    write: (chunk: Buffer, _encoding, done) => void send(chunk, done),
    final: (done) => {
      stream.end();
      done();
    },
    destroy: (error, done) => {
      stream.reset(error?.message ?? "closed");
      done(error);
    },
  });
  const stream = connection.openStream(id, {
    data: (bytes) => {
      // Copied: the bytes are a view into a buffer that the next frames share.
      if (duplex.push(Buffer.from(bytes))) return undefined;
      return new Promise<void>((resolve) => {
        unread.push(resolve);
      });
    },
    end: () => duplex.push(null),
    reset: (reason) => duplex.destroy(new Error(reason)),
  });
  async function send(chunk: Buffer, done: () => void): Promise<void> {
    await stream.write(chunk);
    done();
  }
  return { duplex, drop: () => duplex.destroy() };
}
