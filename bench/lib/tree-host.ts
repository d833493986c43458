import { createInterface } from "node:readline";
import { blobPath } from "#protocol";
import { HostTrees } from "../../src/testing/sync/host/trees.ts";

/** The host's half of a sync behind lines of JSON, for measuring it alone: `node FILE HOME`. */
const home = process.argv[2] ?? "";
const trees = new HostTrees({ home, blobFile: (sha) => `${home}/blobs/${blobPath(sha)}` });

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, verb, request } = JSON.parse(line) as { id: number; verb: "open"; request: never };
  trees[verb](request).then(
    (answer) => console.log(JSON.stringify({ id, answer })),
    (error: unknown) => console.log(JSON.stringify({ id, error: String(error) })),
  );
});
