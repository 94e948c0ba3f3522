// Away: the objective that moves latents as far from those of the clean photo as it can, in several latent spaces at once.
// A loss is minus a displacement, so it begins near 0 and falls. Spaces that lag behind weigh more: weights are a softmax of
// the displacements that were seen last. The clean photo comes along with each image, through the same transforms and the
// same view; an attack without a random start has no gradient, since at the clean photo itself every way is as good.
import type { Graph, MemoryPlan } from 'onnx-grad';
import { contentNorm, distance } from '../../displacement/index.ts';
import { PhotoGuardError } from '../../errors.ts';
import type { Image01, Size } from '../../image/index.ts';
import type { Lease, Runtime, Tensors } from '../../runtime/index.ts';
import type { Evaluation, Objective, Part } from '../objective.ts';
import { type Network, networkLatents } from './away-graph.ts';

/** Inputs of gradient programs. */
export type Feeds = Readonly<Record<string, Float32Array>>;

/** What an objective runs. */
export interface AwayRuns {
  readonly networks: readonly Network[];
  /** What `awayGradient` gives. */
  gradient(network: Network, feeds: Feeds, signal?: AbortSignal): Promise<Tensors>;
  /** The latent of each encoder of a network. */
  latents(network: Network, image: Float32Array, signal?: AbortSignal): Promise<readonly Float32Array[]>;
  /** Frees all programs. */
  release(): Promise<void>;
}

/** What the programs are made of. */
export interface AwayOptions {
  /** At least one; each gradient goes through all of them. */
  readonly networks: readonly Network[];
  /** The size at which they see the image; a multiple of every encoder's factor. */
  readonly size: Size;
  readonly runtime: Runtime;
  /** The gradient program of each network. */
  readonly plans: readonly MemoryPlan[];
}

/** The programs of all networks, shared by all runs of an attack. */
export class AwayPrograms implements AwayRuns {
  readonly networks: readonly Network[];
  readonly #gradients: ReadonlyMap<Network, Graph>;
  readonly #latents: ReadonlyMap<Network, Graph>;
  readonly #lease: Lease;

  constructor({ networks, size, runtime, plans }: AwayOptions) {
    this.networks = networks;
    this.#gradients = new Map(networks.map((network, n) => [network, plans[n]!.graph]));
    this.#latents = new Map(networks.map((network) => [network, networkLatents(network, size)]));
    this.#lease = runtime.programs.lease();
  }

  gradient(network: Network, feeds: Feeds, signal?: AbortSignal): Promise<Tensors> {
    return this.#lease.run(this.#gradients.get(network)!, feeds, { signal });
  }

  async latents(network: Network, image: Float32Array, signal?: AbortSignal): Promise<readonly Float32Array[]> {
    const results = await this.#lease.run(this.#latents.get(network)!, { image }, { signal });
    return network.encoders.map((_, k) => results[`latent.${k}`] as Float32Array);
  }

  release(): Promise<void> {
    return this.#lease.release();
  }
}

/** Sharpness of the weighting: a space that lags by a tenth weighs e times as much as another. */
const SHARPNESS = 10;

/** See the head of this file. */
export class AwayObjective implements Objective {
  readonly relative = true;
  readonly #programs: AwayRuns;
  /** Displacement by space, as seen last. */
  readonly #seen = new Map<string, number>();
  #clean: { readonly image: Image01; readonly latents: Map<Network, readonly Clean[]> } | undefined;

  /** For one run on one photo. */
  constructor(programs: AwayRuns) {
    this.#programs = programs;
  }

  async evaluate(image: Image01, _k: number, signal?: AbortSignal, clean?: Image01): Promise<Evaluation> {
    if (!clean) throw new PhotoGuardError('input', 'the target away needs the clean photo beside the image');
    const { networks } = this.#programs;
    const weights = this.#weights();
    const gradient = new Float32Array(image.data.length);
    const moved = new Map<string, number[]>();
    for (const network of networks) {
      const feeds: Record<string, Float32Array> = { image: image.data };
      for (const [k, { latent, unit }] of (await this.#cleanLatents(network, clean, signal)).entries()) {
        feeds[`clean.${k}`] = latent;
        feeds[`unit.${k}`] = Float32Array.of(unit);
        feeds[`weight.${k}`] = Float32Array.of(weights.get(network.encoders[k]!.space)! / networks.length);
      }
      const results = await this.#programs.gradient(network, feeds, signal);
      const part = results['grad.image'] as Float32Array;
      for (let i = 0; i < gradient.length; i++) gradient[i]! += part[i]!;
      for (const [k, { space }] of network.encoders.entries())
        moved.set(space, [...(moved.get(space) ?? []), (results[`displacement.${k}`] as Float32Array)[0]!]);
    }
    for (const [space, values] of moved) this.#seen.set(space, mean(values));
    const loss = -[...weights].reduce((sum, [space, weight]) => sum + weight * (this.#seen.get(space) ?? 0), 0);
    return { loss, gradient, scale: 1, parts: this.#parts() };
  }

  async measure(image: Image01, signal?: AbortSignal, clean?: Image01): Promise<readonly Part[]> {
    if (!clean) throw new PhotoGuardError('input', 'the target away needs the clean photo beside the image');
    const moved = new Map<string, number[]>();
    for (const network of this.#programs.networks) {
      const from = await this.#cleanLatents(network, clean, signal);
      const latents =
        image === clean ? from.map(({ latent }) => latent) : await this.#programs.latents(network, image.data, signal);
      for (const [k, { space }] of network.encoders.entries()) {
        const { latent, unit } = from[k]!;
        moved.set(space, [...(moved.get(space) ?? []), distance(latents[k]!, latent) / unit]);
      }
    }
    return [...moved].map(([ref, values]) => ({ ref, loss: -mean(values) }));
  }

  release(): Promise<void> {
    this.#clean = undefined;
    return this.#programs.release();
  }

  #parts(): Part[] {
    return [...this.#seen].map(([ref, displacement]) => ({ ref, loss: -displacement }));
  }

  #weights(): Map<string, number> {
    const spaces = new Set(this.#programs.networks.flatMap(({ encoders }) => encoders.map(({ space }) => space)));
    const least = Math.min(...this.#seen.values());
    const raw = [...spaces].map((space): [string, number] => {
      const displacement = this.#seen.get(space);
      return [space, displacement === undefined ? 1 : Math.exp(SHARPNESS * (least - displacement))];
    });
    const sum = raw.reduce((total, [, weight]) => total + weight, 0);
    return new Map(raw.map(([space, weight]) => [space, weight / sum]));
  }

  // What is known of the clean image is kept until another comes: without transforms it is the same each time.
  async #cleanLatents(network: Network, image: Image01, signal?: AbortSignal): Promise<readonly Clean[]> {
    if (this.#clean?.image !== image) this.#clean = { image, latents: new Map() };
    const known = this.#clean.latents.get(network);
    if (known) return known;
    const latents = await this.#programs.latents(network, image.data, signal);
    const clean = latents.map((latent, k): Clean => {
      const unit = contentNorm(latent, network.encoders[k]!.encoder.latentChannels);
      return { latent, unit: Math.max(unit, LEAST_UNIT) };
    });
    this.#clean.latents.set(network, clean);
    return clean;
  }
}

/** A clean latent, and the norm of its content. */
interface Clean {
  readonly latent: Float32Array;
  readonly unit: number;
}

/** A flat picture has no content to compare with. */
const LEAST_UNIT = 1e-3;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
