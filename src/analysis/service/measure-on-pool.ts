import type { FileList } from "../discovery/index.ts";
import { decodeResults } from "../file/wire.ts";
import type { Keep } from "../run/collect-facts.ts";
import { PoisonFileError } from "./errors.ts";
import { encodeRequest, withoutSize } from "./wire.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** Small enough that a question in between does not wait long for it. */
const CHUNK_BYTES = 150_000;
const CHUNK_FILES = 40;
const TIMEOUT_MS = 30_000;
const BATCH_PRIORITY = 5;

export interface MeasureOptions {
  maxFileSize: number;
  signal: AbortSignal;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Measures files on the workers of a pool, behind what somebody waits for. A chunk that takes workers down is halved
 * until the one file is found; it is reported with a reason, and the others are measured.
 */
export async function measureOnPool(
  pool: WorkerPool,
  list: FileList,
  missing: readonly number[],
  keep: Keep,
  options: MeasureOptions,
): Promise<Map<number, string>> {
  const lost = new Map<number, string>();
  const chunks = chunksOf(list, missing);
  let done = 0;
  const take = async (): Promise<void> => {
    for (let chunk = chunks.pop(); chunk !== undefined; chunk = chunks.pop()) {
      const halves = await measureChunk(pool, list, chunk, keep, lost, options).catch((error: unknown) => {
        // The others have nothing left to begin.
        chunks.length = 0;
        throw error;
      });
      chunks.push(...halves);
      if (halves.length === 0) options.onProgress?.((done += chunk.length), missing.length);
    }
  };
  // One more than there are workers: none waits for the next chunk.
  await Promise.all(Array.from({ length: pool.max + 1 }, take));
  return lost;
}

/** Returns what has to be tried again in smaller parts. */
async function measureChunk(
  pool: WorkerPool,
  list: FileList,
  chunk: readonly number[],
  keep: Keep,
  lost: Map<number, string>,
  { maxFileSize, signal }: MeasureOptions,
): Promise<number[][]> {
  const files = chunk.map((index) => withoutSize(list.files[index]!));
  const request = encodeRequest({ type: "measure", root: list.root, maxFileSize, files });
  const label = files[0]!.path;
  try {
    const body = await pool.run(request, { label, priority: BATCH_PRIORITY, timeoutMs: TIMEOUT_MS, signal });
    decodeResults(body, files.length).forEach((result, at) => keep(chunk[at]!, result));
    return [];
  } catch (error) {
    if (!(error instanceof PoisonFileError)) throw error;
    const half = chunk.length >> 1;
    if (half > 0) return [chunk.slice(0, half), chunk.slice(half)];
    lost.set(chunk[0]!, error.message);
    return [];
  }
}

function chunksOf(list: FileList, missing: readonly number[]): number[][] {
  const chunks: number[][] = [];
  let bytes = Infinity;
  for (const index of missing) {
    const { size } = list.files[index]!;
    const last = chunks.at(-1);
    if (last === undefined || bytes + size > CHUNK_BYTES || last.length >= CHUNK_FILES) {
      chunks.push([index]);
      bytes = size;
    } else {
      last.push(index);
      bytes += size;
    }
  }
  // Taken from the end.
  return chunks.toReversed();
}
