import { createServer, type Server } from "node:net";

const first = 20_000;
const size = 100;
/** Below what systems hand out by themselves. */
const ranges = 120;

/** Ports that no other slot of any run on this host is told about. */
export interface ClaimedPorts {
  first: number;
  /** Free for tests: from `first` on. */
  count: number;
  release(): void;
}

/** The last port of a range is listened on as long as the range is claimed: whoever comes second cannot. */
export async function claimPorts(): Promise<ClaimedPorts> {
  const start = Math.floor(Math.random() * ranges);
  for (let turn = 0; turn < ranges; turn++) {
    const from = first + ((start + turn) % ranges) * size;
    const server = await listen(from + size - 1);
    if (server === undefined) continue;
    return { first: from, count: size - 1, release: () => void server.close() };
  }
  throw new Error(`no range of ${size} ports is free between ${first} and ${first + ranges * size}`);
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => void socket.destroy());
    server.unref();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(server));
  });
}
