import { Duplex } from "node:stream";
import type { AgentMessage, Connection, ControllerMessage } from "#protocol";

/** A protocol stream as one of Node's: its back pressure becomes the stream's credit. */
export function streamDuplex(
  connection: Connection<AgentMessage, ControllerMessage>,
  id: number,
): { duplex: Duplex; drop: () => void } {
  let wanted: (() => void) | undefined;
  const duplex = new Duplex({
    read: () => wanted?.(),
    write: async (chunk: Buffer, _encoding, done) => {
      await stream.write(chunk);
      done();
    },
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
        wanted = () => {
          wanted = undefined;
          resolve();
        };
      });
    },
    end: () => duplex.push(null),
    reset: (reason) => duplex.destroy(new Error(reason)),
  });
  return { duplex, drop: () => duplex.destroy() };
}
