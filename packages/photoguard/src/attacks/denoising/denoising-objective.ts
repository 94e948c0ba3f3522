// Objectives that look at single denoising steps instead of a whole edit: the photo's latent z is noised to a timestep,
// z_t = sqrt(a_t) z + sqrt(1 - a_t) noise, and the UNet predicts the noise in it, e. A score of e is raised, and the
// gradient goes back through the UNet or, for score distillation, around it. Each gradient takes one UNet evaluation
// per pair, whatever the number of an edit's steps. Attacks ascend these scores; the objective here descends their
// negative.
import { type Conditioning, chooseConditioning, latentShape } from '../../editing/index.ts';
import type { Image01, Mask, Size } from '../../image/index.ts';
import type { Pipeline } from '../../models/index.ts';
import type { Lease, Runtime, Tensors } from '../../runtime/index.ts';
import { alphasCumprod, type SchedulerConfig, schedulerFromConfig } from '../../schedulers/index.ts';
import type { Evaluation, Objective, Part } from '../objective.ts';
import { type DenoisingPlan, planDenoising } from './denoising-plan.ts';
import type { Look, Looks, Pair } from './pairs.ts';
import type { Raised } from './raised.ts';
import { toNoise } from './score-graph.ts';

/** Options of a denoising objective. */
export interface DenoisingObjectiveOptions {
  readonly ref: string;
  readonly pipeline: Pipeline;
  /** Size at which the editor sees the photo; multiples of the autoencoder's factor. */
  readonly size: Size;
  readonly runtime: Runtime;
  readonly looks: Looks;
  readonly raised: Raised;
  /** White is repainted by an inpainting editor; the model's size. Default: everything. */
  readonly mask?: Mask;
  /** Default: all programs loaded together. */
  readonly plan?: DenoisingPlan;
}

/** One look: its score, and cotangents of the photo's latent and of what the UNet is shown of it. */
export interface Looked {
  /** The value that the attack raises. */
  readonly value: number;
  /** Mean score over the pairs, without the target's share. */
  readonly score: number;
  /** The photo's latent, scaled as in pipelines; zeros if it is not used. */
  readonly latent: Float32Array;
  /** Cotangent of `latent`. */
  readonly ofLatent: Float32Array;
  /** Cotangent of the latent that the UNet is shown: for inpainting of the masked photo, for InstructPix2Pix of the photo. */
  readonly ofShown?: Float32Array;
  /** Mean of the predicted noise minus the noise added, weighted if requested. */
  readonly direction: Float32Array;
}

/** See the head of this file. */
export class DenoisingObjective implements Objective {
  readonly #options: DenoisingObjectiveOptions;
  readonly plan: DenoisingPlan;
  readonly #programs: Lease;
  readonly #conditioning: Conditioning;
  readonly #told = new Map<string, Tensors>();
  readonly #scheduler: SchedulerConfig;
  readonly #alphas: Float32Array;

  constructor(options: DenoisingObjectiveOptions) {
    this.#options = options;
    this.#conditioning = chooseConditioning(options.pipeline);
    this.plan = options.plan ?? planDenoising({ ...options, score: options.raised.score });
    this.#programs = options.runtime.programs.lease(this.plan.oneAtATime ? { limit: 0 } : {});
    this.#scheduler = schedulerFromConfig(options.pipeline.schedulerConfig).config;
    this.#alphas = alphasCumprod(this.#scheduler);
  }

  async evaluate(image: Image01, k: number, signal?: AbortSignal): Promise<Evaluation> {
    const look = this.#options.looks.at(k);
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

  /** One look, without the way through the encoder. */
  async look(image: Image01, look: Look, signal?: AbortSignal): Promise<Looked> {
    const { raised } = this.#options;
    const { rate = 1, target, way = 'score' } = raised;
    const { latent, shown, told } = await this.#encode(image, look, signal);
    const conditions = { ...(await this.#tell(look.prompt, signal)), ...told, ...(shown && { shown }) };
    const count = look.pairs.length;
    const ofLatent = new Float32Array(latent.length);
    const ofShown = shown && new Float32Array(latent.length);
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
      if (ofShown && way === 'score') addTo(ofShown, found[this.plan.gradients.shown!] as Float32Array, rate / count);
    }
    if (way !== 'score') addTo(ofLatent, direction, way === 'up' ? 1 : -1);
    let value = way === 'down' ? -rate * score : rate * score;
    if (target)
      for (let i = 0; i < latent.length; i++) {
        const off = latent[i]! - target[i]!;
        value -= off * off;
        ofLatent[i]! -= 2 * off;
      }
    return { value, score, latent, ofLatent, direction, ofShown };
  }

  /** The latent that the UNet is shown at a look, for editors that are shown one. */
  async shownLatent(image: Image01, look: Look, signal?: AbortSignal): Promise<Float32Array> {
    return (await this.#encode(image, look, signal)).shown!;
  }

  // What counts as 1 between models: the mean squared error is about 1 if none of the noise is predicted.
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
    const { pipeline, raised, size } = this.#options;
    const length = latentShape(pipeline.autoencoder, size).reduce((a, b) => a * b, 1);
    const encode = async (seen: Float32Array, noise: Float32Array): Promise<Float32Array> => {
      return (await this.#run('encode', { image: image.data, seen, noise }, signal)).latent as Float32Array;
    };
    const latent = raised.fromNoise
      ? new Float32Array(length)
      : await encode(this.#everything(), look.posterior.posterior(length));
    const { photo } = this.#conditioning;
    const repaint = this.#repaint(look);
    const told = { ...photo.giveMask(repaint), ...photo.makeChain({ guidance: 1 }).branches[0]!.tensors };
    if (!photo.shown) return { latent, told };
    const { seen, noise } = photo.shown;
    return { latent, told, shown: await encode(seen(repaint, size), noise(look.posterior)(length)) };
  }

  async #pull(image: Image01, look: Look, looked: Looked, signal?: AbortSignal): Promise<Float32Array> {
    const gradient = new Float32Array(image.data.length);
    const add = async (seen: Float32Array, noise: Float32Array, cotangent: Float32Array): Promise<void> => {
      if (cotangent.every((c) => c === 0)) return;
      const feeds = { image: image.data, seen, noise, 'cotangent.latent': cotangent };
      const pulled = await this.#run('pull', feeds, signal);
      addTo(gradient, pulled['grad.image'] as Float32Array, -1);
    };
    const { length } = looked.latent;
    await add(this.#everything(), look.posterior.posterior(length), looked.ofLatent);
    const { shown } = this.#conditioning.photo;
    if (shown) {
      const seen = shown.seen(this.#repaint(look), this.#options.size);
      await add(seen, shown.noise(look.posterior)(length), looked.ofShown!);
    }
    return gradient;
  }

  #everything(): Float32Array {
    return new Float32Array(this.#options.size.width * this.#options.size.height).fill(1);
  }

  #repaint({ mask = this.#options.mask }: Look) {
    const { size, pipeline } = this.#options;
    return this.#conditioning.photo.repaint(mask, size, pipeline.autoencoder.factor);
  }

  #run(program: 'encode' | 'score' | 'pull', feeds: Tensors, signal?: AbortSignal): Promise<Tensors> {
    return this.#programs.run(this.plan.graph(program), feeds, { signal });
  }

  async #tell(prompt: string, signal?: AbortSignal): Promise<Tensors> {
    const known = this.#told.get(prompt);
    if (known) return known;
    const { prompts } = this.#conditioning;
    const [told] = await prompts.tell(
      [prompts.makeTellings({ prompt }, this.#options.size).prompt],
      this.#programs,
      signal,
    );
    this.#told.set(prompt, told!);
    return told!;
  }
}

function addTo(sum: Float32Array, values: Float32Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += factor * values[i]!;
}
