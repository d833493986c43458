import type { Item, Lease } from "#schedule";
import { bytesRead, type Candidate, type FileList } from "../discovery/index.ts";
import { type HomeHost, homesOf } from "./homes.ts";

/** A file as the scheduler sees it. */
export interface FileItem extends Item {
  /** Place in the list of files. */
  index: number;
}

/** Reading a file and starting on it costs about as much as parsing so many bytes, whatever its language. */
const BYTES_PER_FILE = 2500;
/** Searching takes a small part of what parsing takes. */
const SEARCH_SHARE = 0.05;

/** How many bytes to parse a file is worth. */
export function workOf(file: Candidate): number {
  return bytesRead(file) * (file.leftOut === undefined ? 1 : SEARCH_SHARE);
}

function costOf(file: Candidate): number {
  return workOf(file) + BYTES_PER_FILE;
}

/** A host pays for each language that is new to it; searching needs none. */
function kindOf({ language, leftOut }: Candidate): string | undefined {
  return leftOut === undefined ? language : undefined;
}

/** Only a worker that hangs takes longer: a hundredth of the speed of a quiet machine. */
const TIMEOUT_MS = 60_000;
const TIMEOUT_MS_PER_BYTE = 0.02;

/**
 * @param homes hosts that keep content from run to run; a file's home is one of them, the same in every run, so that its
 *   content is there already the next time
 */
export function itemsOf(
  { files }: FileList,
  indexes: readonly number[],
  homes: readonly HomeHost[] = [],
): FileItem[] {
  // Of all files, also of those that are known already: what is asked for changes from run to run.
  const home = homesOf(
    files.map((file) => ({ path: file.path, size: costOf(file), language: file.language ?? "" })),
    homes,
  );
  return indexes.map((index) => ({
    id: String(index),
    index,
    weight: costOf(files[index]!),
    kind: kindOf(files[index]!),
    home: home(files[index]!),
  }));
}

/** Milliseconds after which a worker is taken to hang. */
export function timeoutOf({ items }: Lease<FileItem>): number {
  const weight = items.reduce((sum, item) => sum + item.weight, 0);
  return Math.ceil(TIMEOUT_MS + weight * TIMEOUT_MS_PER_BYTE);
}
