import { setImmediate } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import { throwIfAborted } from "#kernel";
import type { FunctionFacts, SymbolFacts } from "../facts.ts";
import { unpackDetails } from "../file/pack-details.ts";
import type { RunFile } from "../run/worst-functions.ts";
import { LineSearch } from "./line-search.ts";

export interface FileDetails {
  functions: FunctionFacts[];
  symbols: SymbolFacts[];
}

export function detailsOf(packed: Uint8Array): FileDetails {
  return JSON.parse(`{${textOf(packed)}}`) as FileDetails;
}

const symbolsKey = '],"symbols":[';

/** Functions, of which there is more to say, are left unread. Inside a JSON string no quote stands without a backslash. */
function readSymbols(packed: Uint8Array): SymbolFacts[] {
  const text = textOf(packed);
  return JSON.parse(text.slice(text.lastIndexOf(symbolsKey) + symbolsKey.length - 1)) as SymbolFacts[];
}

function textOf(packed: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = unpackDetails(packed);
  return Buffer.from(buffer, byteOffset, byteLength).toString("utf8");
}

export interface FoundSymbol extends SymbolFacts {
  path: string;
}

export interface SymbolQuery {
  text: string;
  /** Kinds of symbols to keep; absent: all. */
  kind?: string | undefined;
  keepPath?: ((path: string) => boolean) | undefined;
  limit: number;
}

/** Names of one file, by line; what else there is about them is read when it is shown. */
interface Names {
  names: string[];
  kinds: string[];
}

/** Files between two looks at the signal. */
const breath = 200;
/** What a file's details say never changes, so that an edit costs one file. */
const namesByDetails = new WeakMap<Uint8Array, Names>();

/** Symbols of the files that were shown last, so that the next question need not unpack them again. */
const unpacked = new LRUCache<Uint8Array, readonly SymbolFacts[]>({
  maxSize: 8e6,
  sizeCalculation: (symbols) => 200 + symbols.length * 300,
});

/** All symbols of a project by name. Made anew for each state of the project, from parts that are kept. */
export class SymbolIndex {
  readonly #files: readonly RunFile[];
  /** Name → pairs of file number and place in the file. */
  readonly #places: ReadonlyMap<string, number[]>;
  /** In the order of the map, as are the lines of the two below. */
  readonly #names: readonly string[];
  readonly #folded: LineSearch;
  /** First letters of each name's words, lower case; made when a question needs them. */
  #humps: LineSearch | undefined;
  readonly size: number;

  private constructor(files: readonly RunFile[], places: Map<string, number[]>, size: number) {
    this.#files = files;
    this.#places = places;
    this.#names = [...places.keys()];
    this.#folded = new LineSearch(this.#names.map((name) => name.toLowerCase()));
    this.size = size;
  }

  static async of(files: readonly RunFile[], signal: AbortSignal): Promise<SymbolIndex> {
    const places = new Map<string, number[]>();
    let size = 0;
    for (const [file, { facts, packed }] of files.entries()) {
      if (file % breath === 0) {
        await setImmediate();
        throwIfAborted(signal);
      }
      if (!facts.parsed) continue;
      const { names } = namesOf(packed);
      size += names.length;
      for (const [at, name] of names.entries()) {
        const known = places.get(name);
        if (known === undefined) places.set(name, [file, at]);
        else known.push(file, at);
      }
    }
    return new SymbolIndex(files, places, size);
  }

  /** Best first: the very name, the name in another case, names that begin so, contain it, have its humps (`gUD`). */
  find({ text, kind, keepPath, limit }: SymbolQuery): { total: number; symbols: FoundSymbol[] } {
    const ranked = this.#ranked(text);
    const symbols: FoundSymbol[] = [];
    let total = 0;
    for (const { name } of ranked) {
      const places = this.#places.get(name)!;
      const hits: FoundSymbol[] = [];
      for (let i = 0; i < places.length; i += 2) {
        const file = this.#files[places[i]!]!;
        const at = places[i + 1]!;
        if (keepPath !== undefined && !keepPath(file.path)) continue;
        if (kind !== undefined && namesOf(file.packed).kinds[at] !== kind) continue;
        total++;
        if (symbols.length + hits.length < limit)
          hits.push({ ...symbolsOf(file.packed)[at]!, path: file.path });
      }
      // What others may use is what is looked for most often.
      symbols.push(...hits.sort((a, b) => Number(b.exported) - Number(a.exported)));
    }
    return { total, symbols };
  }

  /** Names that begin so, for completion. */
  namesFrom(text: string, limit: number): string[] {
    const names: string[] = [];
    for (const line of this.#folded.beginningWith(text.toLowerCase())) {
      if (names.length === limit) break;
      names.push(this.#names[line]!);
    }
    return names;
  }

  /** Names that fit, best first. */
  #ranked(text: string): { rank: number; name: string }[] {
    const wanted = text.toLowerCase();
    const ranks = new Map<number, number>();
    for (const [line, column] of this.#folded.containing(wanted)) {
      const name = this.#names[line]!;
      const beginsSo = name.toLowerCase().length === wanted.length ? 1 : 2;
      ranks.set(line, name === text ? 0 : column === 0 ? beginsSo : 3);
    }
    if (wanted.length > 1) {
      this.#humps ??= new LineSearch(this.#names.map(humpsOf));
      for (const line of this.#humps.beginningWith(wanted)) if (!ranks.has(line)) ranks.set(line, 4);
    }
    return [...ranks]
      .map(([line, rank]) => ({ rank, name: this.#names[line]! }))
      .sort((a, b) => a.rank - b.rank || a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
  }
}

function symbolsOf(packed: Uint8Array): readonly SymbolFacts[] {
  let symbols = unpacked.get(packed);
  if (symbols === undefined) {
    symbols = readSymbols(packed);
    unpacked.set(packed, symbols);
  }
  return symbols;
}

function namesOf(packed: Uint8Array): Names {
  const known = namesByDetails.get(packed);
  if (known !== undefined) return known;
  const symbols = readSymbols(packed);
  const made = { names: symbols.map(({ name }) => name), kinds: symbols.map(({ kind }) => kind) };
  namesByDetails.set(packed, made);
  return made;
}

/** `gUD` and `gud` find `getUserData` and `get_user_data`: every character begins a word. */
function humpsOf(name: string): string {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+/g) ?? [];
  return words
    .map((word) => word[0]!)
    .join("")
    .toLowerCase();
}
