// Estimates how long a batch still takes, from the photos already done. Photos finished by an earlier run do not count.

/** Times of a batch's photos. */
export class Pace {
  readonly #photos: number;
  readonly #now: () => number;
  #began = 0;
  #ended = 0;
  #begun = 0;
  #done = 0;
  #seconds = 0;

  /** @param now seconds from any start */
  constructor(photos: number, now: () => number = () => performance.now() / 1000) {
    this.#photos = photos;
    this.#now = now;
  }

  /**
   * Call when a photo begins; call what it returns when that photo ends. `counts`: it was worked on to its end, so its time, less
   * that which it shared with the photo before, predicts that of the others.
   */
  begin(): (counts: boolean) => void {
    const began = this.#now();
    this.#began = began;
    this.#begun++;
    return (counts) => {
      const ended = this.#now();
      if (counts) {
        this.#done++;
        this.#seconds += ended - Math.max(began, this.#ended);
      }
      this.#ended = ended;
    };
  }

  /** Seconds until all are done, if this photo takes `left` more. */
  left(left: number): number {
    const each = this.#done > 0 ? this.#seconds / this.#done : this.#now() - this.#began + left;
    return left + each * (this.#photos - this.#begun);
  }
}
