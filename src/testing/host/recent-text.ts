/** The end of what was added since it was last taken. */
export class RecentText {
  readonly #most: number;
  #text = "";
  #lost = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(text: string): void {
    this.#text += text;
    // Cut now and then: cutting at each line would copy all of it each time.
    if (this.#text.length > this.#most * 2) this.#cut();
  }

  take(): string {
    this.#cut();
    const cut = this.#lost === 0 ? "" : `[${this.#lost} characters before this are left out]\n`;
    const text = cut + this.#text;
    this.#text = "";
    this.#lost = 0;
    return text;
  }

  #cut(): void {
    const over = this.#text.length - this.#most;
    if (over <= 0) return;
    this.#text = this.#text.slice(over);
    this.#lost += over;
  }
}
