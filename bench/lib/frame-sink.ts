import { Connection, parseControllerMessage, readInto, writerTo } from "#protocol";
import type { AgentMessage, ControllerMessage } from "#protocol";

/** The far end for `bench/fleet.ts`: takes messages and answers `facts`. */
const connection = new Connection<ControllerMessage, AgentMessage>({
  parse: parseControllerMessage,
  write: writerTo(process.stdout),
  onMessage: (message) => {
    if (message.type === "facts") connection.send({ type: "done", call: message.call });
    if (message.type === "bye") process.exit(0);
  },
  onBroken: (error) => {
    throw error;
  },
});
readInto(connection, process.stdin, process.stdout);
