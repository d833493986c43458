import { blobPath } from "#protocol";
import { readRequests } from "../../src/testing/host/request-reader.ts";
import { HostTrees } from "../../src/testing/sync/host/trees.ts";

/** The host's half of a sync behind lines of JSON, for measuring it alone: `node FILE HOME`. */
const home = process.argv[2] ?? "";
const trees = new HostTrees({ home, blobFile: (sha) => `${home}/blobs/${blobPath(sha)}` });

interface Question {
  id: number;
  verb: "unpack";
  request: never;
}

readRequests(process.stdin, (question, bytes) => {
  const { id, verb, request } = question as Question;
  trees[verb](request, bytes).then(
    (answer) => console.log(JSON.stringify({ id, answer })),
    (error: unknown) => console.log(JSON.stringify({ id, error: String(error) })),
  );
});
