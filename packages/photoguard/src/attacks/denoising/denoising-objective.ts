// Objectives that look at single denoising steps instead of a whole edit: the photo's latent z is noised to a timestep,
// z_t = sqrt(a_t) z + sqrt(1 - a_t) noise, and the UNet looks for the noise in it, e. What is raised is a score of e, and
// the way back goes through the UNet or, for score distillation, past it. One UNet evaluation for each gradient and pair,
// whatever the number of an edit's steps. Attacks ascend these scores; the objective here descends their negative.
import { latentShape, repaintAll, splitMask, textStates } from '../../editing/index.ts';
import type { Image01, Mask, Size } from '../../image/index.ts';
import type { Pipeline } from '../../models/index.ts';
import type { Lease, Runtime, Tensors } from '../../runtime/index.ts';
import { alphasCumprod, type SchedulerConfig, schedulerFromConfig } from '../../schedulers/index.ts';
import type { Evaluation, Objective, Part } from '../objective.ts';
import { type DenoisingPlan, planDenoising } from './denoising-plan.ts';
import type { Look, Looks, Pair } from './pairs.ts';
import type { Raised } from './raised.ts';
import { toNoise } from './score-graph.ts';

/** What a denoising objective is made of. */
export interface DenoisingObjectiveOptions {
  readonly ref: string;
  readonly pipeline: Pipeline;
  /** Size at which the editor sees the photo; multiples of the autoencoder's factor. */
  readonly size: Size;
  readonly runtime: Runtime;
  readonly looks: Looks;
  readonly raised: Raised;
  /** White is what an inpainting editor repaints; the model's size. Default: all. */
  readonly mask?: Mask;
  /** Default: all programs loaded together. */
  readonly plan?: DenoisingPlan;
}

/** One look: its score, and cotangents of the photo's latent and of the masked photo's. */
export interface Looked {
  /** What the attack raises. */
  readonly value: number;
  /** Mean score over the pairs, without the target's share. */
  readonly score: number;
  /** The photo's latent, scaled as pipelines do; zeros where it is not looked at. */
  readonly latent: Float32Array;
  /** Cotangent of `latent`. */
  readonly ofLatent: Float32Array;
  /** Cotangent of the masked photo's latent, for inpainting editors. */
  readonly ofMasked?: Float32Array;
  /** Mean of the noise found minus the noise added, weighted where that is asked for. */
  readonly direction: Float32Array;
}

/** See the head of this file. */
export class DenoisingObjective implements Objective {
  readonly #options: DenoisingObjectiveOptions;
  readonly plan: DenoisingPlan;
  readonly #programs: Lease;
  readonly #texts = new Map<string, Float32Array>();
  readonly #scheduler: SchedulerConfig;
  readonly #alphas: Float32Array;
  #gradients = 0;

  constructor(options: DenoisingObjectiveOptions) {
    this.#options = options;
    this.plan = options.plan ?? planDenoising({ ...options, score: options.raised.score });
    this.#programs = options.runtime.programs.lease(this.plan.oneAtATime ? { limit: 0 } : {});
    this.#scheduler = schedulerFromConfig(options.pipeline.schedulerConfig).config;
    this.#alphas = alphasCumprod(this.#scheduler);
  }

  async evaluate(image: Image01, signal?: AbortSignal): Promise<Evaluation> {
    const look = this.#options.looks.at(this.#gradients++);
    const looked = await this.look(image, look, signal);
    const gradient = await this.#pull(image, look, looked, signal);
    const loss = -looked.value;
    return { loss, gradient, scale: this.#scale(looked), parts: [{ ref: this.#options.ref, loss }] };
  }

  async measure(image: Image01, signal?: AbortSignal): Promise<readonly Part[]> {
    const { looks, ref } = this.#options;
    let loss = 0;
    for (const look of looks.measured) loss -= (await this.look(image, look, signal)).value / looks.measured.length;
    return [{ ref, loss }];
  }

  release(): Promise<void> {
    return this.#programs.release();
  }

  /** Everything of one look but the way through the encoder. */
  async look(image: Image01, look: Look, signal?: AbortSignal): Promise<Looked> {
    const { raised } = this.#options;
    const { rate = 1, target, way = 'score' } = raised;
    const { latent, masked, mask } = await this.#encode(image, look, signal);
    const conditions = { text: await this.#text(look.prompt, signal), ...(masked && { mask: mask!, masked }) };
    const count = look.pairs.length;
    const ofLatent = new Float32Array(latent.length);
    const ofMasked = masked && new Float32Array(latent.length);
    const direction = new Float32Array(latent.length);
    let score = 0;
    for (const pair of look.pairs) {
      const { feeds, signal: kept, sigma } = this.#noisy(latent, pair);
      const found = await this.#run('score', { ...conditions, ...feeds }, signal);
      const difference = found.direction as Float32Array;
      score += (found.loss as Float32Array)[0]! / count;
      addTo(direction, difference, (raised.weighted ? sigma * sigma : 1) / count);
      if (way === 'score' && !raised.fromNoise)
        addTo(ofLatent, found[this.plan.gradients.latent] as Float32Array, (rate * kept) / count);
      if (ofMasked && way === 'score')
        addTo(ofMasked, found[this.plan.gradients.masked!] as Float32Array, rate / count);
    }
    if (way !== 'score') addTo(ofLatent, direction, way === 'up' ? 1 : -1);
    let value = way === 'down' ? -rate * score : rate * score;
    if (target)
      for (let i = 0; i < latent.length; i++) {
        const off = latent[i]! - target[i]!;
        value -= off * off;
        ofLatent[i]! -= 2 * off;
      }
    return { value, score, latent, ofLatent, direction, ofMasked };
  }

  /** The masked photo's latent at a look, for inpainting editors. */
  async maskedLatent(image: Image01, look: Look, signal?: AbortSignal): Promise<Float32Array> {
    return (await this.#encode(image, look, signal)).masked!;
  }

  // What counts as 1 between models: a mean squared error is about 1 for noise that is not found at all.
  #scale({ latent }: Looked): number {
    const { score, rate = 1 } = this.#options.raised;
    return rate * (score === 'error' ? 1 : Math.sqrt(latent.length));
  }

  #noisy(
    latent: Float32Array,
    { timestep, noise }: Pair,
  ): {
    readonly feeds: Tensors;
    readonly signal: number;
    readonly sigma: number;
  } {
    const { pipeline, raised } = this.#options;
    const a = this.#alphas[timestep]!;
    const [signal, sigma] = [Math.sqrt(a), Math.sqrt(1 - a)];
    const added = noise(latent.length);
    const noisy = raised.fromNoise ? added : latent.map((z, i) => signal * z + sigma * added[i]!);
    return {
      ...{ signal, sigma },
      feeds: {
        latent: noisy,
        noise: added,
        time: pipeline.unet.timeFeatures(timestep),
        toNoise: Float32Array.from(toNoise(this.#scheduler.predictionType, signal, sigma)),
      },
    };
  }

  async #encode(image: Image01, look: Look, signal?: AbortSignal) {
    const { pipeline, raised } = this.#options;
    const length = latentShape(pipeline.autoencoder, this.#options.size).reduce((a, b) => a * b, 1);
    const encode = async (seen: Float32Array, noise: Float32Array): Promise<Float32Array> => {
      return (await this.#run('encode', { image: image.data, seen, noise }, signal)).latent as Float32Array;
    };
    const latent = raised.fromNoise
      ? new Float32Array(length)
      : await encode(this.#everything(), look.posterior.posterior(length));
    if (!pipeline.inpaints) return { latent };
    const { seen, latent: mask } = this.#repaint(look);
    return { latent, mask, masked: await encode(seen, look.posterior.posteriorMasked(length)) };
  }

  async #pull(image: Image01, look: Look, looked: Looked, signal?: AbortSignal): Promise<Float32Array> {
    const gradient = new Float32Array(image.data.length);
    const add = async (seen: Float32Array, noise: Float32Array, cotangent: Float32Array): Promise<void> => {
      if (cotangent.every((c) => c === 0)) return;
      const feeds = { image: image.data, seen, noise, 'cotangent.latent': cotangent };
      const pulled = await this.#run('pull', feeds, signal);
      addTo(gradient, pulled['grad.image'] as Float32Array, -1);
    };
    const { posterior, posteriorMasked } = look.posterior;
    const { length } = looked.latent;
    await add(this.#everything(), posterior(length), looked.ofLatent);
    if (looked.ofMasked) await add(this.#repaint(look).seen, posteriorMasked(length), looked.ofMasked);
    return gradient;
  }

  #everything(): Float32Array {
    return new Float32Array(this.#options.size.width * this.#options.size.height).fill(1);
  }

  #repaint({ mask = this.#options.mask }: Look) {
    const { factor } = this.#options.pipeline.autoencoder;
    return mask ? splitMask(mask, factor) : repaintAll(this.#options.size, factor);
  }

  #run(program: 'encode' | 'score' | 'pull', feeds: Tensors, signal?: AbortSignal): Promise<Tensors> {
    return this.#programs.run(this.plan.graph(program), feeds, { signal });
  }

  async #text(prompt: string, signal?: AbortSignal): Promise<Float32Array> {
    const known = this.#texts.get(prompt);
    if (known) return known;
    const { states } = await textStates(this.#options.pipeline, this.#programs, { prompt }, false, signal);
    this.#texts.set(prompt, states);
    return states;
  }
}

function addTo(sum: Float32Array, values: Float32Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += factor * values[i]!;
}
