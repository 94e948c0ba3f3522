// Ascending numbers that grow at the end: 8 bytes each, where an array of ten million texts would take a gigabyte.

/** A list of them. */
export class Numbers {
  #values: Float64Array;
  #size = 0;

  /** @param capacity how many are expected */
  constructor(capacity = 1024) {
    this.#values = new Float64Array(Math.max(1024, Math.ceil(capacity)));
  }

  /** Adds a number that is larger than the last one. */
  add(value: number): void {
    if (this.#size === this.#values.length) {
      const larger = new Float64Array(2 * this.#values.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#size++] = value;
  }

  /** The number at a place. */
  at(place: number): number {
    return this.#values[place]!;
  }

  /** The place of a number, or undefined if it is not there. */
  find(value: number): number | undefined {
    let [low, high] = [0, this.#size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#values[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low < this.#size && this.#values[low] === value ? low : undefined;
  }
}
