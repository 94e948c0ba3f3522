// Adam (Kingma and Ba 2015, algorithm 1), with its usual constants.

/** The state of an optimisation over `length` numbers. */
export class Adam {
  readonly #rate: number;
  readonly #mean: Float64Array;
  readonly #square: Float64Array;
  #steps = 0;

  constructor(length: number, rate: number) {
    this.#rate = rate;
    this.#mean = new Float64Array(length);
    this.#square = new Float64Array(length);
  }

  /** Moves `values` in place, against `gradient`. */
  step(values: Float32Array, gradient: Float32Array): void {
    const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
    this.#steps++;
    const unbias1 = 1 - beta1 ** this.#steps;
    const unbias2 = 1 - beta2 ** this.#steps;
    for (let i = 0; i < values.length; i++) {
      const g = gradient[i]!;
      const mean = (this.#mean[i] = beta1 * this.#mean[i]! + (1 - beta1) * g);
      const square = (this.#square[i] = beta2 * this.#square[i]! + (1 - beta2) * g * g);
      values[i]! -= (this.#rate * (mean / unbias1)) / (Math.sqrt(square / unbias2) + epsilon);
    }
  }
}
