/** First in, first out, at a constant price however long the line is: an array's own `shift` moves all the others. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #first = 0;

  push(item: T): void {
    this.#items.push(item);
  }

  get first(): T | undefined {
    return this.#items[this.#first];
  }

  dropFirst(): void {
    if (this.#first === this.#items.length) return;
    this.#items[this.#first++] = undefined;
    if (this.#first < 1024 || this.#first * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#first);
    this.#first = 0;
  }

  clear(): void {
    this.#items = [];
    this.#first = 0;
  }
}
