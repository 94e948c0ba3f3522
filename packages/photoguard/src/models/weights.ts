// Weights of a checkpoint as initializers of a graph, used in place: a tensor of the graph names the byte range of the
// .safetensors file. Half types are widened by a Cast in the graph, which the runtime folds when it loads.
import type { GraphBuilder, Shape, TensorSource, Value } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';

/** Tensors by name: a checkpoint or an equivalent. */
export interface TensorStore {
  /** Its name in messages: a path or a hub id. */
  readonly label: string;
  /**
   * Where a tensor's elements are; undefined if there is none of that name.
   * @param shape the model's; a checkpoint has its own shapes, weights that are yet to be trained take this one
   */
  get(name: string, shape?: Shape): TensorSource | undefined;
}

/** The weights of a checkpoint in each graph that uses them, so that a second use finds them. */
export class WeightsByGraph {
  readonly #store: TensorStore;
  readonly #byGraph = new WeakMap<GraphBuilder, Weights>();

  constructor(store: TensorStore) {
    this.#store = store;
  }

  /** The weights as initializers of this graph. */
  in(g: GraphBuilder): Weights {
    const weights = this.#byGraph.get(g) ?? new Weights(g, this.#store);
    this.#byGraph.set(g, weights);
    return weights;
  }
}

/** Adds a model's weights to a graph. Each becomes an initializer once, however often it is requested. */
export class Weights {
  readonly #g: GraphBuilder;
  readonly #store: TensorStore;
  readonly #made = new Map<string, Value>();

  constructor(g: GraphBuilder, store: TensorStore) {
    this.#g = g;
    this.#store = store;
  }

  /** Whether the checkpoint has a tensor. */
  has(name: string): boolean {
    return this.#store.get(name) !== undefined;
  }

  /**
   * A weight as float32, in the requested shape.
   * @throws PhotoGuardError `checkpoint` if it is missing or has another size
   */
  get(name: string, shape: Shape): Value {
    return this.findFirst([name], shape);
  }

  /** The first of several names that the checkpoint has (older checkpoints use other names for some weights). */
  findFirst(names: readonly string[], shape: Shape): Value {
    const name = names.find((candidate) => this.has(candidate));
    const source = name === undefined ? undefined : this.#store.get(name, shape);
    if (name === undefined || !source)
      throw new PhotoGuardError('checkpoint', `${this.#store.label}: the weight ${names[0]} is missing`, {
        hint: 'the checkpoint does not have the architecture of its config.json, or it is incomplete',
      });
    const known = this.#made.get(name);
    if (known) return this.#g.reshape(known, shape);
    const count = (s: Shape): number => s.reduce((a, b) => a * b, 1);
    // A linear layer may be stored as a 1x1 convolution: the same elements, with trailing axes of length 1.
    const trim = (s: Shape): string => String(s.filter((n, i) => n !== 1 || i < shape.length));
    if (count(source.shape) !== count(shape) || trim(source.shape) !== trim(shape))
      throw new PhotoGuardError('checkpoint', `${this.#store.label}: the weight ${name} should have shape [${shape}]`, {
        got: `[${source.shape}]`,
        hint: 'the checkpoint does not belong to its config.json',
      });
    // Another model of the graph may have a weight of the same name.
    const value = this.#g.cast(this.#g.freshInitializer(name, source), 'float32');
    this.#made.set(name, value);
    return this.#g.reshape(value, shape);
  }
}
