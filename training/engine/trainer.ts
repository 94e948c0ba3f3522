// Trains the weights of a graph: two programs over tensors that stay in the runtime. One computes the loss and adds its
// gradients up, the other is a step of AdamW with clipping and a moving average. Nothing but the batch, the loss and the
// norm goes to and fro.
import { type Graph, GraphBuilder, grad, type Value } from 'onnx-grad';
import {
  type AdamWOptions,
  adamWScalars,
  adamWUpdate,
  initializersAsInputs,
  type Parameter,
  STATES,
  warmDecay,
} from 'onnx-grad/optim';
import type { Program, Runtime, Tensors } from 'photoguard/runtime';
import type { FirstTensor } from './parameters.ts';

/** How weights are trained. */
export interface TrainerOptions extends AdamWOptions {
  readonly runtime: Runtime;
  /** Inputs: a batch. Output `loss`, one element. Its trained weights are initializers under their names. */
  readonly loss: Graph;
  readonly parameters: ReadonlyMap<string, FirstTensor>;
  /** Other outputs of the graph, of one element, to tell at each step. Default: none. */
  readonly keep?: readonly string[];
  /** Most norm of all gradients together. */
  readonly clipNorm: number;
  /** Decay of the weights' moving average, after its warm-up. */
  readonly averageDecay: number;
  /** Batches whose gradients are averaged for one step. Default: 1. */
  readonly accumulate?: number;
}

/** What a step tells. */
export interface StepResult {
  readonly loss: number;
  /** Euclidean norm of the gradient before clipping. */
  readonly norm: number;
  /** What {@link TrainerOptions.keep} names. */
  readonly kept: Readonly<Record<string, number>>;
}

/** Everything that a training is between two steps: `<state>.<weight>`, states as in `STATES`. */
export type TrainerState = Readonly<Record<string, Float32Array>>;

/** A training. */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #gradients: Program;
  readonly #update: Program;
  readonly #names: readonly string[];

  private constructor(options: TrainerOptions, gradients: Program, update: Program) {
    this.#options = options;
    this.#gradients = gradients;
    this.#update = update;
    this.#names = [...options.parameters.keys()].flatMap((name) => STATES.map((state) => `${state}.${name}`));
  }

  /** Loads the programs; weights and their average have their first values, moments are zero. */
  static async open(options: TrainerOptions): Promise<Trainer> {
    const { runtime, loss, betas, clipNorm, parameters, keep = [], accumulate = 1 } = options;
    const list: Parameter[] = [...parameters].map(([name, { shape }]) => ({ name, shape }));
    const names = list.map(({ name }) => name);
    const single = initializersAsInputs(grad(loss, { loss: 'loss', wrt: names, keep }), names);
    const gradients = await runtime.load(accumulate > 1 ? accumulating(single, names) : single, {
      resident: Object.fromEntries(
        names.flatMap((name) => [
          [name, `weight.${name}`],
          [`grad.${name}`, `gradient.${name}`],
          ...(accumulate > 1 ? [[`before.${name}`, `gradient.${name}`]] : []),
        ]),
      ),
    });
    const update = await runtime.load(adamWUpdate(list, { betas, clipNorm }), {
      resident: Object.fromEntries(
        names.flatMap((name) => [
          [`gradient.${name}`, `gradient.${name}`],
          ...STATES.flatMap((state) => [
            [`${state}.${name}`, `${state}.${name}`],
            [`next.${state}.${name}`, `${state}.${name}`],
          ]),
        ]),
      ),
    });
    const trainer = new Trainer(options, gradients, update);
    const first = [...parameters].flatMap(([name, { data }]) => [
      [`weight.${name}`, data],
      [`average.${name}`, data],
    ]);
    await runtime.write(Object.fromEntries(first) as Tensors);
    return trainer;
  }

  /**
   * One step. @param step counts from 1: it sets the moments' correction and the average's decay
   * @param batches feeds of as many batches as are accumulated
   */
  async step(step: number, learningRate: number, batches: readonly Tensors[]): Promise<StepResult> {
    const { averageDecay, keep = [], accumulate = 1 } = this.#options;
    if (batches.length !== accumulate) throw new Error(`a step takes ${accumulate} batches, got ${batches.length}`);
    const told = Object.fromEntries(['loss', ...keep].map((name) => [name, 0]));
    for (const [i, batch] of batches.entries()) {
      const sums: Tensors =
        accumulate > 1 ? { keep: Float32Array.of(Math.min(i, 1)), share: Float32Array.of(1 / accumulate) } : {};
      const results = await this.#gradients.run({ ...batch, ...sums });
      for (const name in told) told[name]! += Number(results[name]![0]) / accumulate;
    }
    const scalars = { ...adamWScalars(step, learningRate, this.#options), change: 1 - warmDecay(step, averageDecay) };
    const feeds = Object.entries(scalars).map(([name, value]) => [name, Float32Array.of(value)]);
    const { norm } = await this.#update.run(Object.fromEntries(feeds) as Tensors);
    const { loss, ...kept } = told as { loss: number };
    return { loss, norm: Number(norm![0]), kept };
  }

  /** A graph of the same weights as a program over their moving average (or the weights themselves). */
  async evaluator(graph: Graph, state: 'average' | 'weight' = 'average'): Promise<Program> {
    const known = new Set(this.#options.parameters.keys());
    const names = [...graph.initializers.keys()].map(({ name }) => name).filter((name) => known.has(name));
    const resident = Object.fromEntries(names.map((name) => [name, `${state}.${name}`]));
    return this.#options.runtime.load(initializersAsInputs(graph, names), { resident });
  }

  /** Copies of all states, or of one. */
  async read(state?: (typeof STATES)[number]): Promise<TrainerState> {
    const names = state === undefined ? this.#names : this.#names.filter((name) => name.startsWith(`${state}.`));
    return (await this.#options.runtime.read(names)) as Record<string, Float32Array>;
  }

  /** Goes on from these states. @throws Error where one is missing */
  async restore(states: TrainerState): Promise<void> {
    const missing = this.#names.find((name) => !states[name]);
    if (missing !== undefined) throw new Error(`the checkpoint lacks ${missing}`);
    await this.#options.runtime.write(Object.fromEntries(this.#names.map((name) => [name, states[name]!])));
  }
}

// before * keep + gradient * share, for every gradient: `keep` is 0 for a step's first batch.
function accumulating(single: Graph, names: readonly string[]): Graph {
  const g = GraphBuilder.from(single);
  const [keep, share] = ['keep', 'share'].map((name) => g.input(name, 'float32', [1])) as [Value, Value];
  for (const { name, value } of single.outputs) {
    const weight = name.replace(/^grad\./, '');
    if (!names.includes(weight) || weight === name) {
      g.output(name, value);
      continue;
    }
    const before = g.input(`before.${weight}`, 'float32', value.shape);
    g.output(name, g.add(g.mul(before, keep), g.mul(value, share)));
  }
  return g.build();
}
