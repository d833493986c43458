/** Virtual time: what is due, in order of time and, at the same time, of planning. */
export class Timeline {
  readonly #heap: { at: number; order: number; run: () => void }[] = [];
  #planned = 0;
  now = 0;

  plan(at: number, run: () => void): void {
    const entry = { at: Math.max(at, this.now), order: this.#planned++, run };
    const heap = this.#heap;
    let place = heap.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!before(entry, heap[parent] as typeof entry)) break;
      heap[place] = heap[parent] as typeof entry;
      place = parent;
    }
    heap[place] = entry;
  }

  /** Runs what is due next; false if nothing is. */
  step(): boolean {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return false;
    if (heap.length > 0) {
      let place = 0;
      for (;;) {
        let child = 2 * place + 1;
        if (child >= heap.length) break;
        const right = heap[child + 1];
        if (right !== undefined && before(right, heap[child] as typeof first)) child++;
        if (!before(heap[child] as typeof first, last)) break;
        heap[place] = heap[child] as typeof first;
        place = child;
      }
      heap[place] = last;
    }
    this.now = first.at;
    first.run();
    return true;
  }
}

function before(a: { at: number; order: number }, b: { at: number; order: number }): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
