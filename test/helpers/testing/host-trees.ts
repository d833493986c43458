import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Blob } from "#agents";
import { blobPath } from "#protocol";
import { HostTrees } from "../../../src/testing/sync/host/trees.ts";
import type { BlobSink } from "../../../src/testing/sync/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** A host's folder with the real host half of the sync; contents are put by the file instead of through an agent. */
export function hostFolder(home = temporaryFolder()): { home: string; host: HostTrees; blobs: BlobSink } {
  const blobFile = (sha: string): string => path.join(home, "blobs", blobPath(sha));
  const put = (blob: Blob): void => {
    const target = blobFile(blob.sha);
    mkdirSync(path.dirname(target), { recursive: true });
    if ("bytes" in blob) writeFileSync(target, blob.bytes);
    else copyFileSync(blob.path, target);
  };
  const blobs: BlobSink = {
    compression: "zstd",
    async putBlobs(all) {
      for (const blob of all) put(blob);
      return { sent: all.length, bytes: 0 };
    },
  };
  return { home, host: new HostTrees({ home, blobFile }), blobs };
}
