// How well a picture fits a prompt, as the editor sees it: noise is added to the picture's latent, and the editor
// removes it with and without the prompt. The more the prompt helps, the better the picture fits it; a picture that
// fits all prompts equally, or looks like nothing that the editor knows, gains nothing (Li et al. 2023, "Your diffusion
// model is secretly a zero-shot classifier", compare the same losses between prompts).
import { planMemory } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import type { Image01, Size } from '../image/index.ts';
import type { Pipeline } from '../models/index.ts';
import type { Lease, Runtime, Tensors } from '../runtime/index.ts';
import { schedulerFromConfig } from '../schedulers/index.ts';
import { type EditPlan, planEdit } from './edit-plan.ts';
import { latentShape } from './graphs.ts';
import { seededNoise } from './noise.ts';

/** Steps of the schedule, and which of their timesteps are used: from much noise to little. */
const SCHEDULE = 10;
const LOOKED_AT = [2, 4, 6, 8];

/** What is compared at one timestep. */
interface Look {
  readonly time: Float32Array;
  /** Noised latent = signal * latent + noise * draw. */
  readonly signal: number;
  readonly noise: number;
  readonly draw: Float32Array;
}

/** How prompts are measured. */
export interface PromptGainOptions {
  /** Seed of the noise, the same for all pictures, so that they can be compared. Default 0. */
  readonly seed?: number;
  /** Whether only one program is loaded at any time: least memory, more time. Default: false. */
  readonly oneAtATime?: boolean;
}

/** Measures prompts against pictures of one size. */
export class PromptGain {
  readonly #pipeline: Pipeline;
  readonly #size: Size;
  readonly #plan: EditPlan;
  readonly #programs: Lease;
  readonly #looks: readonly Look[];
  readonly #told = new Map<string, { readonly none: Tensors; readonly prompt: Tensors }>();
  #grey: Float32Array | undefined;

  constructor(pipeline: Pipeline, size: Size, runtime: Runtime, options: PromptGainOptions = {}) {
    const { seed = 0, oneAtATime = false } = options;
    this.#pipeline = pipeline;
    this.#size = size;
    this.#plan = planEdit(pipeline, size);
    this.#looks = drawLooks(pipeline, latentShape(pipeline.autoencoder, size), seed);
    this.#programs = runtime.programs.lease(oneAtATime ? { limit: 0 } : {});
  }

  /**
   * Mean squared error of the denoised direction without the prompt minus that with it, relative to the former: 0 if
   * the prompt does not help, 0.1 if it removes a tenth of the error.
   * @throws PhotoGuardError `aborted` when the signal fires
   */
  async of(image: Image01, prompt: string, signal?: AbortSignal): Promise<number> {
    const latent = await this.#encode(image, new Float32Array(this.#pixels).fill(1), signal);
    const told = await this.#tell(prompt, signal);
    const conditions = await this.#conditions(signal);
    const predict = this.#plan.graph('plain');
    let without = 0;
    let withPrompt = 0;
    for (const look of this.#looks) {
      const noised = latent.map((z, i) => look.signal * z + look.noise * look.draw[i]!);
      const expected = this.#expected(look, latent);
      const feeds = { ...conditions, latent: noised, time: look.time };
      for (const [words, add] of [
        [told.none, (error: number) => (without += error)],
        [told.prompt, (error: number) => (withPrompt += error)],
      ] as const) {
        const { prediction } = await this.#programs.run(predict, { ...feeds, ...words }, { signal });
        add(squaredError(prediction as Float32Array, expected));
      }
    }
    return (without - withPrompt) / without;
  }

  /** Frees the programs. */
  release(): Promise<void> {
    return this.#programs.release();
  }

  get #pixels(): number {
    return this.#size.width * this.#size.height;
  }

  // The editor knows nothing of the picture but the noisy latent: it is told that all is repainted, and shown grey.
  async #conditions(signal?: AbortSignal): Promise<Tensors> {
    const { photo } = this.#plan.conditioning;
    const mask = photo.giveMask(photo.repaint(undefined, this.#size, this.#pipeline.autoencoder.factor));
    if (!photo.shown) return { ...mask, ...photo.blind };
    const grey: Image01 = { ...this.#size, channels: 3, data: new Float32Array(3 * this.#pixels).fill(0.5) };
    this.#grey ??= await this.#encode(grey, new Float32Array(this.#pixels), signal);
    return { ...mask, ...photo.blind, shown: this.#grey };
  }

  async #encode(image: Image01, seen: Float32Array, signal?: AbortSignal): Promise<Float32Array> {
    const feeds = { image: image.data, seen, noise: new Float32Array(this.#plan.latentLength) };
    return (await this.#programs.run(this.#plan.graph('encode'), feeds, { signal })).latent as Float32Array;
  }

  #expected({ signal, noise, draw }: Look, latent: Float32Array): Float32Array {
    const { predictionType } = schedulerFromConfig(this.#pipeline.schedulerConfig).config;
    if (predictionType === 'epsilon') return draw;
    if (predictionType === 'sample') return latent;
    return latent.map((z, i) => signal * draw[i]! - noise * z);
  }

  async #tell(prompt: string, signal?: AbortSignal) {
    const known = this.#told.get(prompt);
    if (known) return known;
    const { prompts } = this.#plan.conditioning;
    const asked = prompts.makeTellings({ prompt }, this.#size);
    const [none, prompted] = await prompts.tell([asked.none, asked.prompt], this.#programs, signal);
    const told = { none: none!, prompt: prompted! };
    this.#told.set(prompt, told);
    return told;
  }
}

/**
 * Bytes that the programs of {@link PromptGain} are expected to take: both together, or the larger if they run one at a
 * time.
 */
export function promptGainBytes(pipeline: Pipeline, size: Size, oneAtATime = false): number {
  const plan = planEdit(pipeline, size);
  const bytes = (['encode', 'plain'] as const).map((program) => planMemory(plan.graph(program)).bytes);
  return oneAtATime ? Math.max(...bytes) : bytes.reduce((a, b) => a + b, 0);
}

function drawLooks(pipeline: Pipeline, shape: readonly number[], seed: number): Look[] {
  // DDIM's coefficients are those of the training's forward process, whichever scheduler edits.
  const { schedule } = schedulerFromConfig(pipeline.schedulerConfig, 'DDIMScheduler');
  const made = schedule({ steps: SCHEDULE, strength: 1, eta: 0 });
  const length = shape.reduce((a, b) => a * b, 1);
  return LOOKED_AT.map((k) => {
    const step = made.steps[k];
    if (!step) throw new PhotoGuardError('config', 'the schedule is too short to measure prompts');
    const [signal, noise] = made.noised(k);
    const time = pipeline.unet.timeFeatures(step.timestep);
    return { time, signal, noise, draw: seededNoise(seed).step(k, length) };
  });
}

function squaredError(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}
