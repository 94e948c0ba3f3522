// The config.json of diffusers' UNet2DConditionModel, checked. Keys whose other values mean a different network must
// have the supported value: anything else is an error, never a silent difference.
import * as z from 'zod/mini';
import { finite, flag, list, object, orDefault, validate, where, whole } from '../../validate/index.ts';
import { blocks, configSource, inGroups, levels } from '../config-fields.ts';

/**
 * Configuration of a UNet2DConditionModel. Lists have one entry per level, from the largest picture to the smallest.
 */
export interface UNetConfig {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly blockOutChannels: readonly number[];
  /** Whether a level has transformers, on the way down and on the way up (both in order of running). */
  readonly downAttention: readonly boolean[];
  readonly upAttention: readonly boolean[];
  readonly layersPerBlock: number;
  /** Width of the text states. */
  readonly crossAttentionDim: number;
  /** Heads per level, which diffusers calls attention_head_dim. */
  readonly heads: readonly number[];
  readonly transformerLayers: readonly number[];
  readonly useLinearProjection: boolean;
  readonly normNumGroups: number;
  readonly normEps: number;
  readonly flipSinToCos: boolean;
  readonly freqShift: number;
  /** SDXL: width of the sinusoidal embedding of each size number, and of everything added. */
  readonly added?: { readonly timeEmbedDim: number; readonly inputDim: number };
  /** Side of the latents that the model was trained on. */
  readonly sampleSize: number;
}

const MAX = 8192;
const DOWN = ['CrossAttnDownBlock2D', 'DownBlock2D'] as const;
const UP = ['CrossAttnUpBlock2D', 'UpBlock2D'] as const;
const SOURCE = configSource('UNet2DConditionModel');

/** Keys that must be absent or have the one supported value. */
const FIXED = {
  act_fn: 'silu',
  attention_type: 'default',
  center_input_sample: false,
  class_embed_type: null,
  conv_in_kernel: 3,
  conv_out_kernel: 3,
  cross_attention_norm: null,
  downsample_padding: 1,
  dual_cross_attention: false,
  encoder_hid_dim_type: null,
  mid_block_scale_factor: 1,
  mid_block_type: 'UNetMidBlock2DCrossAttn',
  num_class_embeds: null,
  only_cross_attention: false,
  resnet_skip_time_act: false,
  resnet_time_scale_shift: 'default',
  reverse_transformer_layers_per_block: null,
  time_cond_proj_dim: null,
  time_embedding_act_fn: null,
  time_embedding_dim: null,
  time_embedding_type: 'positional',
  timestep_post_act: null,
};

const FIXED_FIELDS = Object.fromEntries(
  Object.entries(FIXED).map(([key, value]) => [key, z.optional(z.literal(value, JSON.stringify(value)))]),
);

const UNET = object({
  ...FIXED_FIELDS,
  block_out_channels: orDefault(levels(1, MAX), [320, 640, 1280, 1280]),
  norm_num_groups: orDefault(whole(1, MAX), 32),
  attention_head_dim: z.optional(z.unknown()),
  num_attention_heads: z.optional(z.unknown()),
  in_channels: orDefault(whole(1, 64), 4),
  out_channels: orDefault(whole(1, 64), 4),
  layers_per_block: orDefault(whole(1, 16), 2),
  cross_attention_dim: orDefault(whole(1, MAX), 1280),
  use_linear_projection: orDefault(flag(), false),
  norm_eps: orDefault(finite(), 1e-5),
  flip_sin_to_cos: orDefault(flag(), true),
  freq_shift: orDefault(finite(), 0),
  // Stable Diffusion 1 and 2 have null, XL has text_time.
  addition_embed_type: z.optional(z.literal([null, 'text_time'], 'null or text_time')),
  sample_size: orDefault(whole(1, 4096), 64),
}).check(inGroups());

const ADDED = object({
  addition_time_embed_dim: orDefault(whole(2, MAX), 256),
  projection_class_embeddings_input_dim: orDefault(whole(1, 65536), 2816),
});

/**
 * A UNet2DConditionModel's config.json. @throws PhotoGuardError `config` for a value that is invalid or not supported
 */
export function parseUNetConfig(json: unknown): UNetConfig {
  const read = validate(UNET, json, SOURCE);
  const channels = read.block_out_channels;
  const count = channels.length;
  const each = validate(
    object({
      down_block_types: blocks(count, ...DOWN),
      up_block_types: blocks(count, ...UP),
      transformer_layers_per_block: orDefault(eachLevel(count), 1),
    }),
    json,
    SOURCE,
  );
  return {
    inChannels: read.in_channels,
    outChannels: read.out_channels,
    blockOutChannels: channels,
    downAttention: each.down_block_types.map((name) => name === DOWN[0]),
    upAttention: each.up_block_types.map((name) => name === UP[0]),
    layersPerBlock: read.layers_per_block,
    crossAttentionDim: read.cross_attention_dim,
    heads: readHeads(read.num_attention_heads ?? read.attention_head_dim ?? 8, channels),
    transformerLayers: each.transformer_layers_per_block,
    useLinearProjection: read.use_linear_projection,
    normNumGroups: read.norm_num_groups,
    normEps: read.norm_eps,
    flipSinToCos: read.flip_sin_to_cos,
    freqShift: read.freq_shift,
    ...(read.addition_embed_type === 'text_time' && { added: readAdded(json) }),
    sampleSize: read.sample_size,
  };
}

// A number for all levels, or one for each.
const eachLevel = (count: number) =>
  z.pipe(
    z.union(
      [whole(1, 256), list(whole(1, 256), count, count, '')],
      `a whole number from 1 to 256, or ${count}, one for each level`,
    ),
    z.transform((value) => (typeof value === 'number' ? new Array<number>(count).fill(value) : value)),
  );

// num_attention_heads was meant to replace the misnamed attention_head_dim, and is null in all checkpoints so far.
function readHeads(value: unknown, channels: readonly number[]): readonly number[] {
  const schema = object({ attention_head_dim: eachLevel(channels.length) }).check(
    where(
      'attention_head_dim',
      (config) => config.attention_head_dim.every((heads, level) => channels[level]! % heads === 0),
      () => 'a number of heads, or one a level, that divides the channels',
    ),
  );
  return validate(schema, { attention_head_dim: value }, SOURCE).attention_head_dim;
}

function readAdded(json: unknown): UNetConfig['added'] {
  const read = validate(ADDED, json, SOURCE);
  return { timeEmbedDim: read.addition_time_embed_dim, inputDim: read.projection_class_embeddings_input_dim };
}
