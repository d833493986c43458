import { createReadStream, mkdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import {
  blobHash,
  blobId,
  type BytePath,
  decodeManifest,
  type Entry,
  type Manifest,
  shownPath,
  systemPath,
  type TreeAlgorithm,
} from "../manifest.ts";
import { decompressPack } from "../pack-compression.ts";
import { readPack } from "../pack.ts";
import type {
  FinishedTree,
  OpenedTree,
  OpenTree,
  PlaceContent,
  TreePort,
  UnpackContents,
} from "../requests.ts";
import { evict, Workspace } from "./workspace.ts";
import { keptFolders } from "./kept-folders.ts";
import { lockFile } from "./slot-lock.ts";
import { codeOf, type Slot } from "./slot.ts";
import { sweep } from "./sweep.ts";

/** Contents up to this size are held in memory while they are copied from one slot to the others. */
const smallBytes = 4 * 1024 * 1024;

interface OpenedState {
  workspace: Workspace;
  slots: Slot[];
  manifest: Manifest;
  /** Slot → entries that have to be written there, by content. */
  needed: Map<Slot, Map<string, Entry[]>>;
  written: number;
}

export interface TreesOptions {
  /** The agent's folder on this host. */
  home: string;
  /** Where a blob lies, by SHA-256. */
  blobFile(sha: string): string;
}

/**
 * The trees of this host: a workspace for each project, with slots that persist between runs. Only what differs is
 * touched. Rejects with an Error whose message names the path; `code` is the system's (`ENOSPC`).
 */
export class HostTrees implements TreePort {
  readonly #options: TreesOptions;
  readonly #open = new Map<string, OpenedState>();
  #last = 0;

  constructor(options: TreesOptions) {
    this.#options = options;
  }

  async open({ project, manifest: sha, slots: count, maxBytes }: OpenTree): Promise<OpenedTree> {
    const manifest = decodeManifest(readFileSync(this.#options.blobFile(sha)));
    const folder = path.join(this.#options.home, "work");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const workspace = new Workspace(folder, project);
    const slots = workspace.takeSlots(count);
    const state: OpenedState = { workspace, slots, manifest, needed: new Map(), written: 0 };
    const tree = `${project}:${++this.#last}`;
    this.#open.set(tree, state);
    try {
      await evict(folder, project, maxBytes);
      for (const slot of slots) state.needed.set(slot, whatDiffers(slot, manifest));
      copyFromSlots(state);
    } catch (error) {
      await this.release({ tree });
      throw error;
    }
    return {
      tree,
      slots: slots.map(({ number, folder }) => ({ number, folder })),
      missing: missingOf(state),
    };
  }

  async unpack({ tree, compression }: UnpackContents, pack: Uint8Array): Promise<void> {
    const plain = await decompressPack(compression, pack);
    // Asked only now: whoever gave up meanwhile has let the slots go.
    const state = this.#state(tree);
    for (const { entry, bytes } of readPack(plain)) placeSmall(state, entryAt(state, entry), bytes);
  }

  async place({ tree, sha, entry: number }: PlaceContent): Promise<void> {
    const entry = entryAt(this.#state(tree), number);
    const file = this.#options.blobFile(sha);
    const isLarge = statSync(file).size > smallBytes;
    if (isLarge) await requireContent(file, entry, this.#state(tree).manifest.algorithm);
    const state = this.#state(tree);
    if (isLarge) placeLarge(state, entry, file);
    else placeSmall(state, entry, readFileSync(file));
  }

  async finish({ tree }: { tree: string }): Promise<FinishedTree> {
    const state = this.#state(tree);
    const missing = missingOf(state);
    const notes = new Set<string>();
    let removed = 0;
    if (missing.length === 0) {
      const files = new Set(state.manifest.entries.map((entry) => entry.path));
      for (const slot of state.slots) {
        removed += removeGone(slot, files);
        // What we have made ourselves holds nothing that others left.
        if (!slot.isNew) removed += sweep(slot, files, keptFolders(slot.folder));
        slot.index.save();
        for (const note of slot.notes) notes.add(note);
      }
      state.workspace.used();
    }
    return { missing, written: state.written, removed, notes: [...notes] };
  }

  async release({ tree }: { tree: string }): Promise<void> {
    const state = this.#open.get(tree);
    this.#open.delete(tree);
    for (const slot of state?.slots ?? []) slot.release();
  }

  /** Files that say that slots are held by this process. */
  get locks(): string[] {
    return [...this.#open.values()].flatMap(({ slots }) => slots.map(({ folder }) => lockFile(folder)));
  }

  #state(tree: string): OpenedState {
    const state = this.#open.get(tree);
    if (state === undefined) throw new Error(`the tree "${tree}" is not open`);
    return state;
  }
}

function whatDiffers(slot: Slot, { entries, algorithm }: Manifest): Map<string, Entry[]> {
  const needed = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (slot.holds(entry, algorithm)) continue;
    const same = needed.get(entry.id);
    if (same === undefined) needed.set(entry.id, [entry]);
    else same.push(entry);
  }
  return needed;
}

/** Renamed files, other slots, empty files: contents that are here already. */
function copyFromSlots(state: OpenedState): void {
  const wanted = new Set([...state.needed.values()].flatMap((needed) => [...needed.keys()]));
  if (wanted.size === 0) return;
  const { algorithm } = state.manifest;
  const empty = blobId(algorithm, new Uint8Array());
  if (wanted.has(empty)) placeBytes(state, empty, new Uint8Array());
  for (const slot of state.workspace.allSlots(state.slots)) {
    for (const [file, placed] of slot.index.entries()) {
      if (!wanted.has(placed.id) || placed.size > smallBytes) continue;
      const bytes = slot.read(file, placed, algorithm);
      if (bytes === undefined) continue;
      placeBytes(state, placed.id, bytes);
      wanted.delete(placed.id);
    }
  }
}

function placeSmall(state: OpenedState, entry: Entry, bytes: Uint8Array): void {
  if (blobId(state.manifest.algorithm, bytes) !== entry.id)
    throw new Error(`"${shownPath(entry.path)}" arrived with other bytes than announced`);
  placeBytes(state, entry.id, bytes);
}

function placeBytes(state: OpenedState, id: string, bytes: Uint8Array): void {
  let source: string | Buffer | undefined;
  for (const [slot, needed] of state.needed) {
    for (const entry of needed.get(id) ?? []) {
      naming(entry.path, () => {
        // A clone shares its blocks with the first copy; for a few kilobytes that is not worth a call more.
        if (source !== undefined && entry.kind !== "link" && bytes.byteLength > 65_536)
          slot.placeCopy({ ...entry, kind: entry.kind }, source);
        else slot.place(entry, bytes);
      });
      if (entry.kind !== "link") source ??= systemPath(slot.folder, entry.path);
      state.written++;
    }
    needed.delete(id);
  }
}

async function requireContent(file: string, entry: Entry, algorithm: TreeAlgorithm): Promise<void> {
  const hash = blobHash(algorithm, statSync(file).size);
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 }))
    hash.update(chunk as Buffer);
  if (hash.digest("hex") !== entry.id)
    throw new Error(`"${shownPath(entry.path)}" arrived with other bytes than announced`);
}

function placeLarge(state: OpenedState, entry: Entry, file: string): void {
  for (const [slot, needed] of state.needed) {
    for (const each of needed.get(entry.id) ?? []) {
      const { kind } = each;
      if (kind !== "link") naming(each.path, () => slot.placeCopy({ ...each, kind }, file));
      state.written++;
    }
    needed.delete(entry.id);
  }
}

/** Number of one entry for each content that no slot could give. */
function missingOf({ needed, manifest }: OpenedState): number[] {
  const ids = new Set([...needed.values()].flatMap((each) => [...each.keys()]));
  const missing: number[] = [];
  if (ids.size === 0) return missing;
  for (const [number, { id }] of manifest.entries.entries()) if (ids.delete(id)) missing.push(number);
  return missing;
}

/** What an earlier tree had, also where git would ignore it by now. */
function removeGone(slot: Slot, files: ReadonlySet<BytePath>): number {
  const gone = [...slot.index.paths].filter((file) => !files.has(file));
  for (const file of gone) {
    // A folder of that name may be part of the new tree.
    if (slot.stats(file)?.isDirectory() === true) slot.index.delete(file);
    else slot.remove(file);
  }
  return gone.length;
}

function entryAt({ manifest }: OpenedState, number: number): Entry {
  const entry = manifest.entries[number];
  if (entry === undefined) throw new Error(`the tree has no entry ${number}`);
  return entry;
}

function naming(file: BytePath, work: () => void): void {
  try {
    work();
  } catch (error) {
    const code = codeOf(error);
    const why =
      code === "ENOSPC" ? "the disk is full" : error instanceof Error ? error.message : String(error);
    throw Object.assign(new Error(`"${shownPath(file)}": ${why}`, { cause: error }), { code });
  }
}
