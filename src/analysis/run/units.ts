import type { Item, Lease } from "#schedule";
import type { FileList } from "../discovery/index.ts";

/** A file as the scheduler sees it. */
export interface FileItem extends Item {
  /** Place in the list of files. */
  index: number;
}

/** Reading a file and starting on it costs about as much as parsing so many bytes. */
const BYTES_PER_FILE = 2000;
/** Only a worker that hangs takes longer: a hundredth of the speed of a quiet machine. */
const TIMEOUT_MS = 60_000;
const TIMEOUT_MS_PER_BYTE = 0.02;

export function itemsOf({ files }: FileList, indexes: readonly number[]): FileItem[] {
  return indexes.map((index) => ({
    id: String(index),
    index,
    weight: files[index]!.size + BYTES_PER_FILE,
  }));
}

/** Milliseconds after which a worker is taken to hang. */
export function timeoutOf({ items }: Lease<FileItem>): number {
  const weight = items.reduce((sum, item) => sum + item.weight, 0);
  return Math.ceil(TIMEOUT_MS + weight * TIMEOUT_MS_PER_BYTE);
}
