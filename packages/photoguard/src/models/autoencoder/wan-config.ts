// The config.json of the autoencoders that descend from Wan's: AutoencoderKLWan (2.1 and 2.2), AutoencoderKLQwenImage and
// AutoencoderKLQwenImage21. They are video autoencoders, read here as what they are for a single frame, a photo.
import {
  finite,
  flag,
  list,
  object,
  only,
  orDefault,
  type Source,
  validate,
  where,
  whole,
} from '../../validate/index.ts';
import { configSource, levels } from '../config-fields.ts';

/** What the family has in common. Defaults of each class are those of diffusers. */
export interface WanConfig {
  readonly className: 'AutoencoderKLWan' | 'AutoencoderKLQwenImage' | 'AutoencoderKLQwenImage21';
  /** 3, or 4 with alpha. */
  readonly imageChannels: number;
  /** Side of the patches that a picture is cut into first: 1 or 2. */
  readonly patch: number;
  readonly latentChannels: number;
  /** Channels of each level of the encoder, and of the decoder, from the picture inwards. */
  readonly encoderChannels: readonly number[];
  readonly decoderChannels: readonly number[];
  readonly blocks: number;
  /** Whether time is halved below each level but the last: for one frame only the shortcuts show it. */
  readonly halvesTime: readonly boolean[];
  /** Whether each level has a shortcut around it. */
  readonly hasShortcuts: boolean;
  /** Whether kernels have a time axis. */
  readonly hasTime: boolean;
  /** Of each latent channel, for the pipelines. */
  readonly latentsMean: readonly number[];
  readonly latentsStd: readonly number[];
}

type Defaults = Pick<WanConfig, 'imageChannels' | 'hasShortcuts' | 'hasTime' | 'latentsMean' | 'latentsStd'> & {
  readonly zDim: number;
  readonly decoderDim: number | null;
  readonly dimMult: readonly number[];
};

const WAN: Defaults = {
  ...{ imageChannels: 3, hasShortcuts: false, hasTime: true, zDim: 16, decoderDim: null, dimMult: [1, 2, 4, 4] },
  latentsMean: [
    -0.7571, -0.7089, -0.9113, 0.1075, -0.1745, 0.9653, -0.1517, 1.5508, 0.4134, -0.0715, 0.5517, -0.3632, -0.1922,
    -0.9497, 0.2503, -0.2921,
  ],
  latentsStd: [
    2.8184, 1.4541, 2.3275, 2.6558, 1.2196, 1.7708, 2.6052, 2.0743, 3.2687, 2.1526, 2.8652, 1.5579, 1.6382, 1.1253,
    2.8251, 1.916,
  ],
};
const QWEN_21: Defaults = {
  ...{ imageChannels: 4, hasShortcuts: true, hasTime: false, zDim: 64, decoderDim: 144, dimMult: [1, 2, 4, 8, 8] },
  // 64 numbers each, which every file has.
  ...{ latentsMean: [], latentsStd: [] },
};

/** An AutoencoderKLWan's config.json. @throws PhotoGuardError `config` for an invalid value */
export const parseWanConfig = (json: unknown): WanConfig => parse('AutoencoderKLWan', json, WAN);

/** An AutoencoderKLQwenImage's config.json. @throws PhotoGuardError `config` for an invalid value */
export const parseQwenImageConfig = (json: unknown): WanConfig => parse('AutoencoderKLQwenImage', json, WAN);

/** An AutoencoderKLQwenImage21's config.json. @throws PhotoGuardError `config` for an invalid value */
export const parseQwenImage21Config = (json: unknown): WanConfig => parse('AutoencoderKLQwenImage21', json, QWEN_21);

const numbers = (count: number) => list(finite(), count, count, `${count} numbers, one a latent channel`);

function parse(className: WanConfig['className'], json: unknown, defaults: Defaults): WanConfig {
  const source: Source = configSource(className);
  const read = validate(
    object({
      base_dim: orDefault(whole(1, 1024), 96),
      decoder_base_dim: orDefault(whole(0, 1024), defaults.decoderDim ?? 0),
      z_dim: orDefault(whole(1, 256), defaults.zDim),
      dim_mult: orDefault(levels(1, 64), [...defaults.dimMult]),
      num_res_blocks: orDefault(whole(1, 32), 2),
      attn_scales: only(null),
      is_residual: orDefault(flag(), defaults.hasShortcuts),
      patch_size: orDefault(whole(1, 2), 1),
    }),
    json,
    source,
  );
  const count = read.dim_mult.length;
  const halved = Array.from({ length: count - 1 }, (_, i) => i > 0);
  const inner = defaults.imageChannels * read.patch_size ** 2;
  const rest = validate(
    object({
      temperal_downsample: orDefault(list(flag(), count - 1, count - 1, `${count - 1} of true or false`), halved),
      latents_mean: orDefault(numbers(read.z_dim), [...defaults.latentsMean]),
      latents_std: orDefault(numbers(read.z_dim), [...defaults.latentsStd]),
      in_channels: orDefault(whole(inner, inner), inner),
      input_channels: orDefault(whole(inner, inner), inner),
      out_channels: orDefault(whole(inner, inner), inner),
    }).check(
      where(
        'latents_std',
        ({ latents_std }) => latents_std.every((std) => std > 0),
        () => 'numbers above 0',
      ),
    ),
    json,
    source,
  );
  const decoderDim = read.decoder_base_dim || read.base_dim;
  const of = (dim: number): number[] => read.dim_mult.map((times) => times * dim);
  requireLevels(read.is_residual, of(read.base_dim), of(decoderDim), rest.temperal_downsample, source);
  return {
    className,
    imageChannels: defaults.imageChannels,
    patch: read.patch_size,
    latentChannels: read.z_dim,
    encoderChannels: of(read.base_dim),
    decoderChannels: of(decoderDim),
    blocks: read.num_res_blocks,
    halvesTime: rest.temperal_downsample,
    hasShortcuts: read.is_residual,
    hasTime: defaults.hasTime,
    latentsMean: rest.latents_mean,
    latentsStd: rest.latents_std,
  };
}

// Shortcuts are means and repeats of whole groups of channels; without them each level of the decoder ends in half of them.
function requireLevels(
  hasShortcuts: boolean,
  encoder: readonly number[],
  decoder: readonly number[],
  halvesTime: readonly boolean[],
  source: Source,
): void {
  const last = encoder.length - 1;
  const parts = (level: number): number => (level < last ? 4 : 1) * (halvesTime[level] ? 2 : 1);
  const inwards = encoder.every((out, level) => ((encoder[level - 1] ?? encoder[0]!) * parts(level)) % out === 0);
  const outwards = decoder.every(
    (out, level) => level === 0 || (out * 4 * (halvesTime[level - 1] ? 2 : 1)) % (decoder[level + 1] ?? out) === 0,
  );
  const isRight = hasShortcuts ? inwards && outwards : decoder.slice(1).every((out) => out % 2 === 0);
  const words = hasShortcuts
    ? 'such that shortcuts are whole: each level divides 4 times the one before it (8 where time is halved), the last the one before it'
    : 'even';
  const rule = where<object>(
    'dim_mult',
    () => isRight,
    () => words,
  );
  validate(object({}).check(rule), {}, source);
}
