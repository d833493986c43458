interface Anchor {
  owner: number;
  text: string;
  /** Of the pair in it by which it is found. */
  offset: number;
  /** One character beside that pair, and how far it stands from its beginning: most pairs turn out to be others by it. */
  beside: number;
  besideAt: number;
}

/** What is frequent in source code, most frequent first: an anchor is looked for by a pair that is not. */
const FREQUENT = " etrinsoaclpdu_mfhg.,()=;/-*\"'xbykv:w1023{}>&T<SEC";
/** Of longer texts one piece after the other is searched, so that it stays near the processor. Even, for the pairs. */
const PIECE = 1 << 16;

const bytes = Buffer.alloc(PIECE);
/** Two bytes at a time. */
const pairs = new Uint16Array(bytes.buffer, bytes.byteOffset, PIECE / 2);

/**
 * Texts are searched for all anchors at once, so that hundreds of them cost as much as one: every second pair of
 * characters is looked up in a table. An anchor holds one of those pairs, wherever it stands; so each is in the
 * table with one pair for even and one for odd places, the rarest it has.
 */
export class AnchorScanner {
  /** Pair → number of its anchors in `#anchors`; 0: none. */
  readonly #table = new Uint8Array(1 << 16);
  readonly #anchors: Anchor[][] = [[]];
  readonly #owners: number;

  /** `anchors[i]` are ASCII texts of three characters or more; one that is found stands for the number `i`. */
  constructor(anchors: readonly (readonly string[])[]) {
    this.#owners = anchors.length;
    for (const [owner, texts] of anchors.entries()) for (const text of texts) this.#add(owner, text);
    if (this.#anchors.length > 256) throw new RangeError("there are too many different anchors");
  }

  #add(owner: number, text: string): void {
    if (text.length < 3) throw new RangeError(`the anchor ${text} is too short`);
    for (const parity of [0, 1]) {
      const offset = rarestPair(text, parity);
      const besideAt = offset === 0 ? 2 : -1;
      const anchor = { owner, text, offset, besideAt, beside: text.charCodeAt(offset + besideAt) };
      bytes.write(text.slice(offset, offset + 2), "latin1");
      const known = this.#table[pairs[0]!]!;
      if (known > 0) this.#anchors[known]!.push(anchor);
      else this.#table[pairs[0]!] = this.#anchors.push([anchor]) - 1;
    }
  }

  /** For each number, where its anchors end in the text, ascending; absent: nowhere. */
  scan(text: string): (number[] | undefined)[] {
    const found: (number[] | undefined)[] = Array.from({ length: this.#owners });
    const table = this.#table;
    for (let from = 0; from < text.length; from += PIECE) {
      // Of characters beyond Latin-1 this takes a part, which may look like others.
      const count = bytes.write(text.slice(from, from + PIECE), "latin1") >> 1;
      for (let at = 0; at < count; at++) {
        const known = table[pairs[at]!]!;
        if (known !== 0) this.#verify(this.#anchors[known]!, text, from + at * 2, found);
      }
    }
    for (const ends of found) ends?.sort((a, b) => a - b);
    return found;
  }

  #verify(anchors: readonly Anchor[], text: string, at: number, found: (number[] | undefined)[]): void {
    for (let index = 0; index < anchors.length; index++) {
      const anchor = anchors[index]!;
      if (text.charCodeAt(at + anchor.besideAt) !== anchor.beside) continue;
      const start = at - anchor.offset;
      if (start >= 0 && text.startsWith(anchor.text, start))
        (found[anchor.owner] ??= []).push(start + anchor.text.length);
    }
  }
}

function rarestPair(text: string, parity: number): number {
  let rarest = parity;
  for (let offset = parity; offset + 1 < text.length; offset += 2)
    if (rarity(text, offset) > rarity(text, rarest)) rarest = offset;
  return rarest;
}

function rarity(text: string, at: number): number {
  return rank(text[at]!) + rank(text[at + 1]!);
}

function rank(character: string): number {
  const place = FREQUENT.indexOf(character);
  return place < 0 ? FREQUENT.length : place;
}
