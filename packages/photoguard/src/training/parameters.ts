// The weights of a training: shapes and initial values, by the names that a model requests. They are created when a
// model is built with this as its store, so nothing else has to know the architecture.
import type { Shape, TensorSource } from 'onnx-grad';
import type { TensorStore } from '../models/index.ts';

/** Initial values of a weight. `findShape` returns the shape of weights that were requested before. */
export type Initialise = (name: string, shape: Shape, findShape: (name: string) => Shape | undefined) => Float32Array;

/** A weight's shape and initial values. */
export interface FirstTensor {
  readonly shape: Shape;
  /** As many values as the shape holds. */
  readonly data: Float32Array;
}

/** Weights by name. */
export class Parameters implements TensorStore {
  readonly label: string;
  readonly #tensors = new Map<string, FirstTensor>();
  readonly #initialise: Initialise;
  readonly #exists: (name: string) => boolean;

  /**
   * @param exists whether a name that a model only checks is one of its weights (models read several layouts); weights
   *   requested with a shape are created
   */
  constructor(label: string, initialise: Initialise, exists: (name: string) => boolean = () => true) {
    this.label = label;
    this.#initialise = initialise;
    this.#exists = exists;
  }

  get(name: string, shape?: Shape): TensorSource | undefined {
    const known = this.#tensors.get(name);
    if (known) return { dtype: 'float32', ...known };
    if (!this.#exists(name)) return undefined;
    if (!shape) return { dtype: 'float32', shape: [0], data: new Float32Array(0) };
    const made = { shape, data: this.#initialise(name, shape, (other) => this.#tensors.get(other)?.shape) };
    this.#tensors.set(name, made);
    return { dtype: 'float32', ...made };
  }

  /** All weights so far, in the order of the requests. */
  tensors(): ReadonlyMap<string, FirstTensor> {
    return this.#tensors;
  }
}
