// How long a batch still takes, by the photos that are done. Those that were finished before take no time and say nothing.

/** Times of a batch's photos. */
export class Pace {
  readonly #photos: number;
  readonly #now: () => number;
  #began = 0;
  #begun = 0;
  #done = 0;
  #seconds = 0;

  /** @param now seconds from any start */
  constructor(photos: number, now: () => number = () => performance.now() / 1000) {
    this.#photos = photos;
    this.#now = now;
  }

  /** A photo is begun. */
  begin(): void {
    this.#began = this.#now();
    this.#begun++;
  }

  /** It is over. `counts`: it was worked on to its end, and says how long others take. */
  end(counts: boolean): void {
    if (!counts) return;
    this.#done++;
    this.#seconds += this.#now() - this.#began;
  }

  /** Seconds that all take from now, where this photo takes `left` more. */
  left(left: number): number {
    const each = this.#done > 0 ? this.#seconds / this.#done : this.#now() - this.#began + left;
    return left + each * (this.#photos - this.#begun);
  }
}
