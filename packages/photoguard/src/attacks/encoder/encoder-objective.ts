// The encoder attack's objective: the L2 norm of (posterior mean - target latent). One graph computes the loss and its
// gradient by the image; another, with half the work, only the loss. They are loaded one at a time, since each has its
// own copy of the weights.
import type { Graph, MemoryPlan } from 'onnx-grad';
import type { Image01, Size } from '../../image/index.ts';
import type { Lease, Runtime, Tensors } from '../../runtime/index.ts';
import { l2Norm } from '../constraint.ts';
import type { Evaluation, Objective, Part } from '../objective.ts';
import { encoderLossGraph, type Victim } from './encoder-graph.ts';
import { planEncoder } from './encoder-plan.ts';

/** Options of the objective. */
export interface EncoderObjectiveOptions {
  readonly victim: Victim;
  /** The size at which the model sees the image; multiples of the autoencoder's factor. */
  readonly size: Size;
  /** Target of the posterior mean, [1, latentChannels, height / factor, width / factor]; absent: zero. */
  readonly target?: Float32Array;
  readonly runtime: Runtime;
  /** Bytes that the model's program may take. Default: no limit. */
  readonly memory?: number;
  /** The gradient program, if it is already planned. */
  readonly plan?: MemoryPlan;
}

/** See the head of this file. */
export class EncoderObjective implements Objective {
  readonly #options: EncoderObjectiveOptions;
  readonly #graph: Graph;
  readonly #target: Float32Array;
  readonly #programs: Lease;
  #plan: MemoryPlan | undefined;

  constructor(options: EncoderObjectiveOptions) {
    this.#options = options;
    this.#programs = options.runtime.programs.lease({ limit: 0 });
    this.#graph = encoderLossGraph(options.victim.autoencoder, options.size);
    const latent = this.#graph.inputs.find((input) => input.name === 'target')!;
    this.#target = options.target ?? new Float32Array(latent.shape.reduce((a, b) => a * b, 1));
  }

  async evaluate(image: Image01, _k: number, signal?: AbortSignal): Promise<Evaluation> {
    const results = await this.#run(this.plan().graph, image, signal);
    const loss = (results.loss as Float32Array)[0]!;
    // If the photo is near its target, the remaining distance says nothing about the size of latents; the target does.
    const scale = Math.max(loss, l2Norm(this.#target)) || 1;
    const gradient = results['grad.image'] as Float32Array;
    return { loss, gradient, scale, parts: [{ ref: this.#options.victim.ref, loss }] };
  }

  async measure(image: Image01, signal?: AbortSignal): Promise<readonly Part[]> {
    const results = await this.#run(this.#graph, image, signal);
    return [{ ref: this.#options.victim.ref, loss: (results.loss as Float32Array)[0]! }];
  }

  /** The posterior mean of an image, to be used as a target. */
  async latent(image: Image01, signal?: AbortSignal): Promise<Float32Array> {
    const results = await this.#run(this.#graph, image, signal);
    return results.latent as Float32Array;
  }

  release(): Promise<void> {
    return this.#programs.release();
  }

  /** The gradient program and the memory that it takes. @throws PhotoGuardError `memory` if no plan fits the budget */
  plan(): MemoryPlan {
    const { memory, victim, size } = this.#options;
    this.#plan ??= this.#options.plan ?? planEncoder([victim], size, memory).programs[0]!;
    return this.#plan;
  }

  #run(graph: Graph, image: Image01, signal: AbortSignal | undefined): Promise<Tensors> {
    return this.#programs.run(graph, { image: image.data, target: this.#target }, { signal });
  }
}
