import type { Connection } from "./connection.ts";

/** The part of Node's streams that is used here; a process's pipes and an SSH channel both have it. */
export interface ByteSource {
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
}
export interface ByteSink {
  write(chunk: Uint8Array): boolean;
  cork(): void;
  uncork(): void;
  on(event: "drain", listener: () => void): unknown;
  readonly writable: boolean;
}

/** Hands frames to a sink in one system call each batch. */
export function writerTo(sink: ByteSink): (chunks: readonly Uint8Array[]) => boolean {
  return (chunks) => {
    // The end of the pipe is seen by whoever owns it; until then what is written is lost without harm.
    if (!sink.writable) return true;
    sink.cork();
    let ready = true;
    for (const chunk of chunks) ready = sink.write(chunk);
    sink.uncork();
    return ready;
  };
}

export function readInto<In, Out>(connection: Connection<In, Out>, source: ByteSource, sink: ByteSink): void {
  sink.on("drain", () => connection.drained());
  source.on("data", (chunk) => connection.receive(chunk));
}
