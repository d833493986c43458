import net from "node:net";
import type { ByteStream, StreamHandlers } from "#protocol";
import { AgentFailure } from "./failure.ts";

const connectMs = 10_000;

export interface TunnelRequest {
  stream: number;
  host: string;
  port: number;
}

/** A TCP connection from this host, its bytes on a stream. Resolves when it stands; nothing listens anywhere. */
export function openTunnel(
  request: TunnelRequest,
  openStream: (id: number, handlers: StreamHandlers) => ByteStream,
): Promise<void> {
  const { host, port } = request;
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, noDelay: true, allowHalfOpen: true });
    const fail = (why: string): void => {
      socket.destroy();
      reject(new AgentFailure("tunnel", `${host}:${port} ${why}`));
    };
    const timer = setTimeout(() => fail(`did not answer within ${connectMs / 1000} s`), connectMs);
    const refused = (error: Error): void => {
      clearTimeout(timer);
      fail(`is not reachable: ${error.message}`);
    };
    socket.once("error", refused);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", refused);
      join(socket, request.stream, openStream);
      resolve();
    });
  });
}

function join(
  socket: net.Socket,
  id: number,
  openStream: (id: number, handlers: StreamHandlers) => ByteStream,
): void {
  const stream = openStream(id, {
    data: (bytes) =>
      new Promise<void>((resolve) => {
        if (socket.writable) socket.write(Buffer.from(bytes), () => resolve());
        else resolve();
      }),
    end: () => socket.end(),
    reset: () => socket.destroy(),
  });
  socket.on("error", (error) => stream.reset(error.message));
  socket.on("data", (chunk) => {
    socket.pause();
    void stream.write(chunk).then(() => socket.resume());
  });
  socket.on("end", () => stream.end());
}
