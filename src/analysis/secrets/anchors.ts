/** Texts are scanned for all anchors at once (Aho and Corasick 1975), so that hundreds of them cost as much as one. */
export class AnchorScanner {
  /** [state * 128 + code unit] → state. */
  readonly #next: Uint16Array;
  /** Whether an anchor ends in a state. */
  readonly #ends: Uint8Array;
  readonly #owners: number[][] = [[]];
  readonly #owned: number;

  /** `anchors[i]` are ASCII texts; one that is found stands for the number `i`. */
  constructor(anchors: readonly (readonly string[])[]) {
    this.#owned = anchors.length;
    const children: Map<number, number>[] = [new Map()];
    for (const [owner, texts] of anchors.entries()) {
      for (const text of texts) {
        let state = 0;
        for (let at = 0; at < text.length; at++) {
          const unit = text.charCodeAt(at);
          let child = children[state]!.get(unit);
          if (child === undefined) {
            child = children.push(new Map()) - 1;
            this.#owners.push([]);
            children[state]!.set(unit, child);
          }
          state = child;
        }
        this.#owners[state]!.push(owner);
      }
    }
    this.#next = new Uint16Array(children.length * 128);
    const fail = new Uint16Array(children.length);
    const queue = [0];
    for (let head = 0; head < queue.length; head++) {
      const state = queue[head]!;
      this.#owners[state]!.push(...(state === 0 ? [] : this.#owners[fail[state]!]!));
      for (let unit = 0; unit < 128; unit++) {
        const child = children[state]!.get(unit);
        const otherwise = state === 0 ? 0 : this.#next[fail[state]! * 128 + unit]!;
        this.#next[state * 128 + unit] = child ?? otherwise;
        if (child === undefined) continue;
        fail[child] = otherwise;
        queue.push(child);
      }
    }
    this.#ends = Uint8Array.from(this.#owners, (owners) => (owners.length > 0 ? 1 : 0));
  }

  /** For each number, where its anchors end in the text, ascending; absent: nowhere. */
  scan(text: string): (number[] | undefined)[] {
    const found: (number[] | undefined)[] = Array.from({ length: this.#owned });
    const next = this.#next;
    const ends = this.#ends;
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      state = unit < 128 ? next[(state << 7) | unit]! : 0;
      if (ends[state] === 0) continue;
      for (const owner of this.#owners[state]!) (found[owner] ??= []).push(at + 1);
    }
    return found;
  }
}
