// The config.json of diffusers' autoencoders, checked. Values that no autoencoder has are errors here, rather than an
// absurd amount of memory later. Defaults are those of diffusers.
import { ConfigReader } from './config-reader.ts';

/** Configuration of an AutoencoderKL. */
export interface AutoencoderKLConfig {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly latentChannels: number;
  readonly blockOutChannels: readonly number[];
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

/** An AutoencoderKL's config.json. @throws PhotoGuardError `config` for a value that cannot be */
export function parseAutoencoderKLConfig(json: unknown): AutoencoderKLConfig {
  const read = new ConfigReader(json, 'AutoencoderKL');
  const blockOutChannels = read.wholes('block_out_channels', [64], 1, MAX_CHANNELS);
  const normNumGroups = read.whole('norm_num_groups', 32, 1, MAX_CHANNELS);
  for (const channels of blockOutChannels)
    if (channels % normNumGroups !== 0)
      throw read.error('block_out_channels', `multiples of norm_num_groups (${normNumGroups})`);
  read.blocks('down_block_types', 'DownEncoderBlock2D', blockOutChannels.length);
  read.blocks('up_block_types', 'UpDecoderBlock2D', blockOutChannels.length);
  read.oneOf('act_fn', 'silu', ['silu', 'swish']);
  return {
    inChannels: read.whole('in_channels', 3, 3, 3),
    outChannels: read.whole('out_channels', 3, 3, 3),
    latentChannels: read.whole('latent_channels', 4, 1, 1024),
    blockOutChannels,
    layersPerBlock: read.whole('layers_per_block', 1, 1, MAX_LAYERS),
    normNumGroups,
    midBlockAddAttention: read.flag('mid_block_add_attention', true),
    useQuantConv: read.flag('use_quant_conv', true),
    usePostQuantConv: read.flag('use_post_quant_conv', true),
    scalingFactor: read.number('scaling_factor', 0.18215),
    shiftFactor: read.number('shift_factor', 0),
  };
}

/** An AutoencoderTiny's config.json. @throws PhotoGuardError `config` for a value that cannot be */
export function parseAutoencoderTinyConfig(json: unknown): AutoencoderTinyConfig {
  const read = new ConfigReader(json, 'AutoencoderTiny');
  const encoderBlockOutChannels = read.wholes('encoder_block_out_channels', [64, 64, 64, 64], 1, MAX_CHANNELS);
  const decoderBlockOutChannels = read.wholes('decoder_block_out_channels', [64, 64, 64, 64], 1, MAX_CHANNELS);
  const numEncoderBlocks = read.wholes('num_encoder_blocks', [1, 3, 3, 3], 0, MAX_LAYERS);
  const numDecoderBlocks = read.wholes('num_decoder_blocks', [3, 3, 3, 1], 0, MAX_LAYERS);
  if (numEncoderBlocks.length !== encoderBlockOutChannels.length)
    throw read.error('num_encoder_blocks', `${encoderBlockOutChannels.length} numbers, one a level`);
  if (numDecoderBlocks.length !== decoderBlockOutChannels.length)
    throw read.error('num_decoder_blocks', `${decoderBlockOutChannels.length} numbers, one a level`);
  for (const [key, channels] of [
    ['encoder_block_out_channels', encoderBlockOutChannels],
    ['decoder_block_out_channels', decoderBlockOutChannels],
  ] as const)
    if (new Set(channels).size !== 1) throw read.error(key, 'the same number of channels at every level');
  read.oneOf('upsample_fn', 'nearest', ['nearest']);
  read.whole('upsampling_scaling_factor', 2, 2, 2);
  return {
    inChannels: read.whole('in_channels', 3, 3, 3),
    outChannels: read.whole('out_channels', 3, 3, 3),
    latentChannels: read.whole('latent_channels', 4, 1, 1024),
    encoderBlockOutChannels,
    decoderBlockOutChannels,
    numEncoderBlocks,
    numDecoderBlocks,
    actFn: read.oneOf('act_fn', 'relu', ['relu', 'silu']),
    scalingFactor: read.number('scaling_factor', 1),
    shiftFactor: read.number('shift_factor', 0),
  };
}
