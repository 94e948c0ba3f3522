// AutoencoderKLFlux2 of diffusers: an AutoencoderKL whose decoder may have a width of its own, and whose latents are cut into
// patches of 2 x 2 and normalised by running statistics, which are stored with the weights. There is no scaling factor.
import type { GraphBuilder, Value } from 'onnx-grad';
import { anyObject, number, object, orDefault, validate } from '../../validate/index.ts';
import { type AutoencoderKLConfig, parseKL } from '../config.ts';
import { configSource } from '../config-fields.ts';
import { channelWeight } from '../layers.ts';
import type { TensorStore } from '../weights.ts';
import { WeightsByGraph } from '../weights.ts';
import type { Autoencoder, Posterior } from './autoencoder.ts';
import { AutoencoderKL } from './autoencoder-kl.ts';
import { type LatentFormat, tokens } from './latent-format.ts';
import { shuffle, unshuffle } from './patches.ts';

/** Configuration of an AutoencoderKLFlux2. Its scaling and shift are 1 and 0. */
export interface Flux2Config extends AutoencoderKLConfig {
  readonly batchNormEpsilon: number;
}

const CLASS = 'AutoencoderKLFlux2';
const DEFAULTS = { block_out_channels: [128, 256, 512, 512], layers_per_block: 2, latent_channels: 32 };
const LARGEST = 1024 * 1024;

/** An AutoencoderKLFlux2's config.json. @throws PhotoGuardError `config` for an invalid value */
export function parseFlux2Config(json: unknown): Flux2Config {
  const given = validate(anyObject(), json, configSource(CLASS));
  const { batch_norm_eps: batchNormEpsilon } = validate(
    object({ batch_norm_eps: orDefault(number(0, 1), 1e-4) }),
    json,
    configSource(CLASS),
  );
  return { ...parseKL({ ...DEFAULTS, ...given }, CLASS), scalingFactor: 1, shiftFactor: 0, batchNormEpsilon };
}

/** See the head of this file. */
export class AutoencoderKLFlux2 implements Autoencoder {
  readonly architecture = CLASS;
  readonly config: Flux2Config;
  readonly scalingFactor = 1;
  readonly shiftFactor = 0;
  readonly preparation;
  readonly latentFormat: LatentFormat = {
    normalize: (g, mean) => {
      const [running, deviation] = this.#statistics(g);
      return g.op('Div', [g.sub(unshuffle(g, mean), running), deviation]);
    },
    denormalize: (g, latents) => {
      const [running, deviation] = this.#statistics(g);
      return shuffle(g, g.add(g.mul(latents, deviation), running));
    },
    pack: tokens,
  };
  readonly #layers: AutoencoderKL;
  readonly #weights: WeightsByGraph;

  constructor(config: Flux2Config, store: TensorStore) {
    this.config = config;
    this.#layers = new AutoencoderKL(config, store);
    this.#weights = new WeightsByGraph(store);
    this.preparation = { multiple: 2 * this.factor, fit: 'crop', area: LARGEST } as const;
  }

  get latentChannels(): number {
    return this.config.latentChannels;
  }

  get factor(): number {
    return this.#layers.factor;
  }

  encode(g: GraphBuilder, image: Value): Posterior {
    return this.#layers.encode(g, image);
  }

  decode(g: GraphBuilder, latent: Value): Value {
    return this.#layers.decode(g, latent);
  }

  // Mean and deviation of each channel of patches.
  #statistics(g: GraphBuilder): readonly [mean: Value, deviation: Value] {
    const context = { g, weights: this.#weights.in(g) };
    const variance = channelWeight(context, 'bn.running_var', 4 * this.latentChannels);
    return [
      channelWeight(context, 'bn.running_mean', 4 * this.latentChannels),
      g.op('Sqrt', [g.shift(variance, this.config.batchNormEpsilon)]),
    ];
  }
}
