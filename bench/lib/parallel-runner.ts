import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { text } from "node:stream/consumers";
import { type FromWorker, type WorkerBoot, workerBootKey, workerProtocol } from "#protocol";

/**
 * caelum's analysis worker as a program by itself, for those who start it in other ways: files on stdin, a line
 * `PATH<tab>LANGUAGE` for each, results on stdout behind their number and length.
 *
 *     node parallel-runner.cjs ROOT BUNDLE ASSETS
 */
const [root = "", bundle = "", assets = ""] = process.argv.slice(2);
const boot: WorkerBoot = {
  type: "boot",
  protocol: workerProtocol,
  source: readFileSync(bundle),
  name: bundle,
  blobs: root,
  assets: Object.fromEntries(readdirSync(assets).map((name) => [name, path.join(assets, name)])),
  params: null,
};
Object.assign(globalThis, { [workerBootKey]: boot });

let files: { path: string; language: string }[] = [];
Object.assign(process, {
  connected: true,
  send: (message: FromWorker) => {
    if (message.type === "ready") void begin();
    else if (message.type === "result") end(message.bytes);
    else throw new Error(message.message);
  },
});

async function begin(): Promise<void> {
  files = (await text(process.stdin))
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [name = "", language = ""] = line.split("\t");
      return { path: name, language };
    });
  const payload = Buffer.from(JSON.stringify({ root, maxFileSize: 2_000_000, files }));
  process.emit("message", { type: "unit", lease: 1, payload, blobs: [] }, undefined);
}

function end(bytes: Uint8Array): void {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(files.length);
  head.writeUInt32BE(bytes.length, 4);
  process.stdout.write(head);
  process.stdout.write(bytes, () => process.exit(0));
}

createRequire(bundle)(bundle);
