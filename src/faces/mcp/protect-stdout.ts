import { Writable } from "node:stream";

/**
 * Takes stdout for messages alone: what anything else in this process prints there, console.log included, goes to
 * stderr from now on. Call it before anything is loaded that might print.
 */
export function protectStdout(): Writable {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  const messages = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      // The callback comes when the pipe has taken it: what waits is counted by this stream.
      write(chunk, (error) => done(error ?? null));
    },
    writev(chunks, done) {
      const text = chunks.map(({ chunk }) => String(chunk)).join("");
      write(text, (error) => done(error ?? null));
    },
  });
  return messages;
}
