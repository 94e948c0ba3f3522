// The config.json of diffusers' autoencoders, checked. Unreasonable values are errors here, instead of an absurd amount
// of memory later. Defaults are those of diffusers.
import { finite, flag, object, oneOf, orDefault, validate, where, whole } from '../validate/index.ts';
import { blocks, configSource, inGroups, levels } from './config-fields.ts';

/** Configuration of an AutoencoderKL. */
export interface AutoencoderKLConfig {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly latentChannels: number;
  readonly blockOutChannels: readonly number[];
  /** As many levels as the encoder has. */
  readonly decoderBlockOutChannels: readonly number[];
  readonly layersPerBlock: number;
  readonly normNumGroups: number;
  readonly midBlockAddAttention: boolean;
  readonly useQuantConv: boolean;
  readonly usePostQuantConv: boolean;
  readonly scalingFactor: number;
  /** 0 where the file says null. */
  readonly shiftFactor: number;
}

/** Configuration of an AutoencoderTiny. */
export interface AutoencoderTinyConfig {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly latentChannels: number;
  readonly encoderBlockOutChannels: readonly number[];
  readonly decoderBlockOutChannels: readonly number[];
  readonly numEncoderBlocks: readonly number[];
  readonly numDecoderBlocks: readonly number[];
  readonly actFn: 'relu' | 'silu';
  readonly scalingFactor: number;
  readonly shiftFactor: number;
}

const MAX_CHANNELS = 8192;
const MAX_LAYERS = 32;

const COMMON = {
  in_channels: orDefault(whole(3, 3), 3),
  out_channels: orDefault(whole(3, 3), 3),
  latent_channels: orDefault(whole(1, 1024), 4),
  shift_factor: orDefault(finite(), 0),
};

const KL = object({
  ...COMMON,
  block_out_channels: orDefault(levels(1, MAX_CHANNELS), [64]),
  norm_num_groups: orDefault(whole(1, MAX_CHANNELS), 32),
  act_fn: orDefault(oneOf('silu', 'swish'), 'silu'),
  layers_per_block: orDefault(whole(1, MAX_LAYERS), 1),
  mid_block_add_attention: orDefault(flag(), true),
  use_quant_conv: orDefault(flag(), true),
  use_post_quant_conv: orDefault(flag(), true),
  scaling_factor: orDefault(finite(), 0.18215),
}).check(inGroups());

/** An AutoencoderKL's config.json. @throws PhotoGuardError `config` for an invalid value */
export const parseAutoencoderKLConfig = (json: unknown): AutoencoderKLConfig => parseKL(json, 'AutoencoderKL');

/** The config.json of a class with an AutoencoderKL's fields. @throws PhotoGuardError like {@link parseAutoencoderKLConfig} */
export function parseKL(json: unknown, className: string): AutoencoderKLConfig {
  const source = configSource(className);
  const read = validate(KL, json, source);
  const count = read.block_out_channels.length;
  const { decoder_block_out_channels: decoder } = validate(
    object({ decoder_block_out_channels: orDefault(levels(1, MAX_CHANNELS), read.block_out_channels) }).check(
      where(
        'decoder_block_out_channels',
        ({ decoder_block_out_channels: channels }) =>
          channels.length === count && channels.every((one) => one % read.norm_num_groups === 0),
        () => `${count} multiples of norm_num_groups (${read.norm_num_groups})`,
      ),
    ),
    json,
    source,
  );
  const all = <const Word extends string>(word: Word) =>
    orDefault(blocks(count, word), new Array<Word>(count).fill(word));
  validate(
    object({ down_block_types: all('DownEncoderBlock2D'), up_block_types: all('UpDecoderBlock2D') }),
    json,
    source,
  );
  return {
    inChannels: read.in_channels,
    outChannels: read.out_channels,
    latentChannels: read.latent_channels,
    blockOutChannels: read.block_out_channels,
    decoderBlockOutChannels: decoder,
    layersPerBlock: read.layers_per_block,
    normNumGroups: read.norm_num_groups,
    midBlockAddAttention: read.mid_block_add_attention,
    useQuantConv: read.use_quant_conv,
    usePostQuantConv: read.use_post_quant_conv,
    scalingFactor: read.scaling_factor,
    shiftFactor: read.shift_factor,
  };
}

const tinyLevels = () => orDefault(levels(1, MAX_CHANNELS), [64, 64, 64, 64]);
const SAME = 'the same number of channels at every level';
const areSame = (channels: readonly number[]): boolean => new Set(channels).size === 1;

const TINY = object({
  ...COMMON,
  encoder_block_out_channels: tinyLevels(),
  decoder_block_out_channels: tinyLevels(),
  num_encoder_blocks: orDefault(levels(0, MAX_LAYERS), [1, 3, 3, 3]),
  num_decoder_blocks: orDefault(levels(0, MAX_LAYERS), [3, 3, 3, 1]),
  upsample_fn: orDefault(oneOf('nearest'), 'nearest'),
  upsampling_scaling_factor: orDefault(whole(2, 2), 2),
  act_fn: orDefault(oneOf('relu', 'silu'), 'relu'),
  scaling_factor: orDefault(finite(), 1),
}).check(
  where(
    'num_encoder_blocks',
    ({ num_encoder_blocks, encoder_block_out_channels }) =>
      num_encoder_blocks.length === encoder_block_out_channels.length,
    ({ encoder_block_out_channels }) => `${encoder_block_out_channels.length} numbers, one a level`,
  ),
  where(
    'num_decoder_blocks',
    ({ num_decoder_blocks, decoder_block_out_channels }) =>
      num_decoder_blocks.length === decoder_block_out_channels.length,
    ({ decoder_block_out_channels }) => `${decoder_block_out_channels.length} numbers, one a level`,
  ),
  where(
    'encoder_block_out_channels',
    (config) => areSame(config.encoder_block_out_channels),
    () => SAME,
  ),
  where(
    'decoder_block_out_channels',
    (config) => areSame(config.decoder_block_out_channels),
    () => SAME,
  ),
);

/** An AutoencoderTiny's config.json. @throws PhotoGuardError `config` for an invalid value */
export function parseAutoencoderTinyConfig(json: unknown): AutoencoderTinyConfig {
  const read = validate(TINY, json, configSource('AutoencoderTiny'));
  return {
    inChannels: read.in_channels,
    outChannels: read.out_channels,
    latentChannels: read.latent_channels,
    encoderBlockOutChannels: read.encoder_block_out_channels,
    decoderBlockOutChannels: read.decoder_block_out_channels,
    numEncoderBlocks: read.num_encoder_blocks,
    numDecoderBlocks: read.num_decoder_blocks,
    actFn: read.act_fn,
    scalingFactor: read.scaling_factor,
    shiftFactor: read.shift_factor,
  };
}
