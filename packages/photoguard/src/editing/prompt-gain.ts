// How well a picture fits a prompt, as the editor itself sees it: noise is added to the picture's latent, and the editor
// removes it once told the prompt and once told nothing. The more the prompt helps, the better the picture fits it; what
// fits any prompt alike, or looks like nothing that the editor knows, gains nothing (Li et al. 2023, "Your diffusion
// model is secretly a zero-shot classifier", compare the same losses between prompts).
import { planMemory } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import type { Image01, Size } from '../image/index.ts';
import type { Pipeline } from '../models/index.ts';
import type { Runtime, Tensors } from '../runtime/index.ts';
import { schedulerFromConfig } from '../schedulers/index.ts';
import { encodeGraph, latentShape, predictionGraph } from './graphs.ts';
import { LazyPrograms } from './lazy-programs.ts';
import { seededNoise } from './noise.ts';
import { repaintAll } from './repaint.ts';
import { textStates } from './text-states.ts';

/** Steps of the schedule whose timesteps are looked at, and which of them: from much noise to little. */
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
  /** Of the noise: the same for all pictures, so that they can be compared. Default 0. */
  readonly seed?: number;
  /** Whether only one program is loaded at any time: least memory, more time. Default: false. */
  readonly oneAtATime?: boolean;
}

/** Measures prompts against pictures of one size. */
export class PromptGain {
  readonly #pipeline: Pipeline;
  readonly #size: Size;
  readonly #runtime: Runtime;
  readonly #programs: LazyPrograms<'encode' | 'predict'>;
  readonly #looks: readonly Look[];
  readonly #texts = new Map<string, Float32Array>();
  #grey: Float32Array | undefined;

  readonly #oneAtATime: boolean;

  constructor(pipeline: Pipeline, size: Size, runtime: Runtime, options: PromptGainOptions = {}) {
    const { seed = 0, oneAtATime = false } = options;
    this.#oneAtATime = oneAtATime;
    this.#pipeline = pipeline;
    this.#size = size;
    this.#runtime = runtime;
    this.#looks = looksOf(pipeline, latentShape(pipeline.autoencoder, size), seed);
    this.#programs = new LazyPrograms(runtime, (name) => this.#graph(name), oneAtATime);
  }

  /**
   * Mean squared error of the denoised direction without the prompt minus that with it, relative to the former: 0 where
   * the prompt does not help, 0.1 where it takes a tenth of the error away.
   * @throws PhotoGuardError `aborted` when the signal fires
   */
  async of(image: Image01, prompt: string, signal?: AbortSignal): Promise<number> {
    const latent = await this.#encode(image, new Float32Array(this.#pixels).fill(1), signal);
    const [none, prompted] = [await this.#text('', signal), await this.#text(prompt, signal)];
    const conditions = await this.#conditions(signal);
    const program = await this.#programs.get('predict', signal);
    const options = signal ? { signal } : {};
    let without = 0;
    let withPrompt = 0;
    for (const look of this.#looks) {
      const noised = latent.map((z, i) => look.signal * z + look.noise * look.draw[i]!);
      const expected = this.#expected(look, latent);
      const feeds = { ...conditions, latent: noised, time: look.time };
      for (const [text, add] of [
        [none, (error: number) => (without += error)],
        [prompted, (error: number) => (withPrompt += error)],
      ] as const) {
        const { prediction } = await program.run({ ...feeds, text }, options);
        add(squaredError(prediction as Float32Array, expected));
      }
    }
    return (without - withPrompt) / without;
  }

  /** Bytes that its programs are expected to take: of all together, or of the largest one at a time. */
  plannedBytes(): number {
    const bytes = (['encode', 'predict'] as const).map((name) => planMemory(this.#graph(name)).bytes);
    return this.#oneAtATime ? Math.max(...bytes) : bytes.reduce((a, b) => a + b, 0);
  }

  /** Frees the programs. */
  release(): Promise<void> {
    return this.#programs.release();
  }

  get #pixels(): number {
    return this.#size.width * this.#size.height;
  }

  // An inpainting editor is told that all is repainted: it knows nothing of the picture but the noisy latent.
  async #conditions(signal?: AbortSignal): Promise<Tensors> {
    if (!this.#pipeline.inpaints) return {};
    const { latent: mask } = repaintAll(this.#size, this.#pipeline.autoencoder.factor);
    const grey: Image01 = { ...this.#size, channels: 3, data: new Float32Array(3 * this.#pixels).fill(0.5) };
    this.#grey ??= await this.#encode(grey, new Float32Array(this.#pixels), signal);
    return { mask, masked: this.#grey };
  }

  async #encode(image: Image01, seen: Float32Array, signal?: AbortSignal): Promise<Float32Array> {
    const program = await this.#programs.get('encode', signal);
    const length = latentShape(this.#pipeline.autoencoder, this.#size).reduce((a, b) => a * b, 1);
    const feeds = { image: image.data, seen, noise: new Float32Array(length) };
    return (await program.run(feeds, signal ? { signal } : {})).latent as Float32Array;
  }

  #expected({ signal, noise, draw }: Look, latent: Float32Array): Float32Array {
    const { predictionType } = schedulerFromConfig(this.#pipeline.schedulerConfig).config;
    if (predictionType === 'epsilon') return draw;
    if (predictionType === 'sample') return latent;
    return latent.map((z, i) => signal * draw[i]! - noise * z);
  }

  async #text(prompt: string, signal?: AbortSignal): Promise<Float32Array> {
    const known = this.#texts.get(prompt);
    if (known) return known;
    if (this.#oneAtATime) await this.#programs.release(); // the text encoder is a program too
    const { states } = await textStates(this.#pipeline, this.#runtime, { prompt }, false, signal);
    this.#texts.set(prompt, states);
    return states;
  }

  #graph(name: 'encode' | 'predict') {
    const { autoencoder, unet, tokenizer, inpaints } = this.#pipeline;
    if (name === 'encode') return encodeGraph(autoencoder, this.#size);
    const shape = latentShape(autoencoder, this.#size);
    return predictionGraph({ unet, latentShape: shape, tokens: tokenizer.maxTokens, inpaints, guided: false });
  }
}

function looksOf(pipeline: Pipeline, shape: readonly number[], seed: number): Look[] {
  // DDIM's coefficients are those of the training's forward process, whichever scheduler edits.
  const { schedule } = schedulerFromConfig(pipeline.schedulerConfig, 'DDIMScheduler');
  const made = schedule({ steps: SCHEDULE, strength: 1, eta: 0 });
  const length = shape.reduce((a, b) => a * b, 1);
  return LOOKED_AT.map((k) => {
    const step = made.steps[k];
    if (!step) throw new PhotoGuardError('config', 'the schedule is too short to measure prompts with');
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
