// Trains the weights of a graph: two programs over tensors that stay in the runtime. One computes the loss and sums its
// gradients, the other is a step of AdamW with clipping and a moving average. Only the batch, the loss and the norm are
// transferred. The second program runs only if loss and norm are finite: one update with other values would ruin all
// weights.
import { type Gradient, type Graph, GraphBuilder, grad, type Value } from 'onnx-grad';
import {
  type AdamWOptions,
  adamWScalars,
  adamWUpdate,
  globalNorm,
  initializersAsInputs,
  type Parameter,
  STATES,
  warmDecay,
} from 'onnx-grad/optim';
import { PhotoGuardError } from '../errors.ts';
import type { Program, Runtime, Tensors } from '../runtime/index.ts';
import type { FirstTensor } from './parameters.ts';

/** How weights are trained. */
export interface TrainerOptions extends AdamWOptions {
  readonly runtime: Runtime;
  /** Inputs: a batch. Output `loss`, one element. Its trained weights are initializers under their names. */
  readonly loss: Graph;
  readonly parameters: ReadonlyMap<string, FirstTensor>;
  /** Other outputs of the graph, of one element, to report at each step. Default: none. */
  readonly keep?: readonly string[];
  /** Largest norm of all gradients together. */
  readonly clipNorm: number;
  /** Decay of the weights' moving average, after its warm-up. */
  readonly averageDecay: number;
  /** Batches whose gradients are averaged for one step. Default: 1. */
  readonly accumulate?: number;
}

/** The result of a step. */
export interface StepResult {
  readonly loss: number;
  /** Euclidean norm of the gradient before clipping. */
  readonly norm: number;
  /** Values of the outputs in {@link TrainerOptions.keep}. */
  readonly kept: Readonly<Record<string, number>>;
}

/** The complete state of a training between two steps: `<state>.<weight>`, states as in `STATES`. */
export type TrainerState = Readonly<Record<string, Float32Array>>;

/** Numbers for weights, by their names. */
export type Weights = Readonly<Record<string, Float32Array>>;

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

  /** Loads the programs; weights and their average get their initial values, moments are zero. */
  static async open(options: TrainerOptions): Promise<Trainer> {
    const { runtime, loss, betas, clipNorm, parameters, keep = [], accumulate = 1 } = options;
    const list: Parameter[] = [...parameters].map(([name, { shape }]) => ({ name, shape }));
    const names = list.map(({ name }) => name);
    const gradient = grad(loss, { loss: 'loss', wrt: names, keep });
    const single = initializersAsInputs(gradient, names);
    const whole = accumulate > 1 ? accumulating(single, gradient.gradients) : single;
    const gradients = await runtime.load(withNorm(whole, gradient.gradients), {
      resident: Object.fromEntries(
        names.flatMap((name) => [
          [name, `weight.${name}`],
          [gradient.gradients.get(name)!, `gradient.${name}`],
          ...(accumulate > 1 ? [[`before.${name}`, `gradient.${name}`]] : []),
        ]),
      ),
    });
    const update = await runtime.load(adamWUpdate(list, { betas, clipNorm, average: true }), {
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
   * One step. @param step counts from 1; it determines the moments' correction and the average's decay
   * @param batches feeds of as many batches as are accumulated
   * @param offsets what is added to weights, by name, while the gradient is computed. Default: nothing
   * @throws PhotoGuardError `model` if the loss or the gradient's norm is not finite; then nothing has changed
   */
  async step(
    step: number,
    learningRate: number,
    batches: readonly Tensors[],
    offsets: Weights = {},
  ): Promise<StepResult> {
    const { averageDecay, accumulate = 1 } = this.#options;
    if (batches.length !== accumulate) throw new Error(`a step takes ${accumulate} batches, got ${batches.length}`);
    const { loss, norm, kept } = await this.#displaced(offsets, () => this.#sumGradients(batches));
    requireFiniteStep(step, { loss, norm });
    const scalars = { ...adamWScalars(step, learningRate, this.#options), change: 1 - warmDecay(step, averageDecay) };
    const feeds = Object.entries(scalars).map(([name, value]) => [name, Float32Array.of(value)]);
    await this.#update.run(Object.fromEntries(feeds) as Tensors);
    return { loss, norm, kept };
  }

  // Runs something while weights are displaced.
  async #displaced<T>(offsets: Weights, run: () => Promise<T>): Promise<T> {
    const { runtime } = this.#options;
    const names = Object.keys(offsets);
    if (names.length === 0) return run();
    const before = (await runtime.read(names.map((name) => `weight.${name}`))) as TrainerState;
    const moved = names.map((name) => {
      const offset = offsets[name]!;
      return [`weight.${name}`, before[`weight.${name}`]!.map((value, i) => value + offset[i]!)] as const;
    });
    await runtime.write(Object.fromEntries(moved));
    try {
      return await run();
    } finally {
      await runtime.write(before);
    }
  }

  // The gradients of all batches, summed in the runtime.
  async #sumGradients(batches: readonly Tensors[]): Promise<StepResult> {
    const { keep = [], accumulate = 1 } = this.#options;
    const told = Object.fromEntries(['loss', ...keep].map((name) => [name, 0]));
    let norm = 0; // of the sum, so from the last batch's program
    for (const [i, batch] of batches.entries()) {
      const sums: Tensors =
        accumulate > 1 ? { keep: Float32Array.of(Math.min(i, 1)), share: Float32Array.of(1 / accumulate) } : {};
      const results = await this.#gradients.run({ ...batch, ...sums });
      for (const name in told) told[name]! += Number(results[name]![0]) / accumulate;
      norm = Number(results.norm![0]);
    }
    const { loss, ...kept } = told as { loss: number };
    return { loss, norm, kept };
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

  /** Continues from these states. @throws Error if one is missing */
  async restore(states: TrainerState): Promise<void> {
    const missing = this.#names.find((name) => !states[name]);
    if (missing !== undefined) throw new Error(`the checkpoint lacks ${missing}`);
    await this.#options.runtime.write(Object.fromEntries(this.#names.map((name) => [name, states[name]!])));
  }
}

function requireFiniteStep(step: number, { loss, norm }: { loss: number; norm: number }): void {
  if (Number.isFinite(loss) && Number.isFinite(norm)) return;
  const what = Number.isFinite(loss) ? `the norm of the gradient of step ${step} is ${norm}` : undefined;
  throw new PhotoGuardError('model', what ?? `the loss of step ${step} is ${loss}`, {
    hint: 'the weights are those of the step before; try a lower learning rate',
  });
}

// The same with the norm of all gradients together as an additional output, `norm`.
function withNorm(graph: Graph, outputs: Gradient['gradients']): Graph {
  const g = GraphBuilder.from(graph);
  for (const { name, value } of graph.outputs) g.output(name, value);
  const names = new Set(outputs.values());
  const gradients = graph.outputs.filter(({ name }) => names.has(name)).map(({ value }) => value);
  g.output('norm', globalNorm(g, gradients));
  return g.build();
}

// before * keep + gradient * share, for every gradient: `keep` is 0 for a step's first batch.
function accumulating(single: Graph, outputs: Gradient['gradients']): Graph {
  const weights = new Map([...outputs].map(([weight, output]) => [output, weight]));
  const g = GraphBuilder.from(single);
  const [keep, share] = ['keep', 'share'].map((name) => g.input(name, 'float32', [1])) as [Value, Value];
  for (const { name, value } of single.outputs) {
    const weight = weights.get(name);
    if (weight === undefined) {
      g.output(name, value);
      continue;
    }
    const before = g.input(`before.${weight}`, 'float32', value.shape);
    g.output(name, g.add(g.mul(before, keep), g.mul(value, share)));
  }
  return g.build();
}
