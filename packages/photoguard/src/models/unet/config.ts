// The config.json of diffusers' UNet2DConditionModel, checked. Keys whose other values would call for another network
// must have the value that is built here: anything else is an error, never a silent difference.
import { PhotoGuardError } from '../../errors.ts';
import { ConfigReader } from '../config-reader.ts';

/** Configuration of a UNet2DConditionModel. Lists have one entry a level, from the largest picture to the smallest. */
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
  /** Heads of a level: what diffusers calls attention_head_dim. */
  readonly heads: readonly number[];
  readonly transformerLayers: readonly number[];
  readonly useLinearProjection: boolean;
  readonly normNumGroups: number;
  readonly normEps: number;
  readonly flipSinToCos: boolean;
  readonly freqShift: number;
  /** SDXL: width of the sinusoidal embedding of each size number, and of all that is added. */
  readonly added?: { readonly timeEmbedDim: number; readonly inputDim: number };
  /** Side of the latents that the model was trained on. */
  readonly sampleSize: number;
}

const MAX = 8192;
const DOWN = ['CrossAttnDownBlock2D', 'DownBlock2D'];
const UP = ['CrossAttnUpBlock2D', 'UpBlock2D'];

/** Keys that must be absent, or have the one value that is built. */
const FIXED: Readonly<Record<string, unknown>> = {
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

/** A UNet2DConditionModel's config.json. @throws PhotoGuardError `config` for a value that cannot be, or is not built */
export function parseUNetConfig(json: unknown): UNetConfig {
  const read = new ConfigReader(json, 'UNet2DConditionModel');
  const raw = json as Readonly<Record<string, unknown>>;
  for (const [key, value] of Object.entries(FIXED))
    if (raw[key] !== undefined && raw[key] !== value) throw read.error(key, JSON.stringify(value));
  const blockOutChannels = read.wholes('block_out_channels', [320, 640, 1280, 1280], 1, MAX);
  const levels = blockOutChannels.length;
  const normNumGroups = read.whole('norm_num_groups', 32, 1, MAX);
  for (const channels of blockOutChannels)
    if (channels % normNumGroups !== 0)
      throw read.error('block_out_channels', `multiples of norm_num_groups (${normNumGroups})`);
  // num_attention_heads was to replace the misnamed attention_head_dim, and is null in every checkpoint so far.
  const heads = eachLevel(raw.num_attention_heads ?? raw.attention_head_dim ?? 8, levels);
  if (!heads || heads.some((n, i) => blockOutChannels[i]! % n !== 0))
    throw read.error('attention_head_dim', 'a number of heads, or one a level, that divides the channels');
  const transformerLayers = eachLevel(raw.transformer_layers_per_block ?? 1, levels);
  if (!transformerLayers) throw read.error('transformer_layers_per_block', 'a whole number, or one a level');
  return {
    inChannels: read.whole('in_channels', 4, 1, 64),
    outChannels: read.whole('out_channels', 4, 1, 64),
    blockOutChannels,
    downAttention: kinds(read, raw, 'down_block_types', DOWN, levels),
    upAttention: kinds(read, raw, 'up_block_types', UP, levels),
    layersPerBlock: read.whole('layers_per_block', 2, 1, 16),
    crossAttentionDim: read.whole('cross_attention_dim', 1280, 1, MAX),
    heads,
    transformerLayers,
    useLinearProjection: read.flag('use_linear_projection', false),
    normNumGroups,
    normEps: read.number('norm_eps', 1e-5),
    flipSinToCos: read.flag('flip_sin_to_cos', true),
    freqShift: read.number('freq_shift', 0),
    ...addedOf(read, raw),
    sampleSize: read.whole('sample_size', 64, 1, 4096),
  };
}

function eachLevel(value: unknown, levels: number): readonly number[] | undefined {
  const list = Array.isArray(value) ? (value as unknown[]) : new Array<unknown>(levels).fill(value);
  const proper = list.every((n) => typeof n === 'number' && Number.isInteger(n) && n >= 1 && n <= 256);
  return list.length === levels && proper ? (list as number[]) : undefined;
}

function kinds(
  read: ConfigReader,
  raw: Readonly<Record<string, unknown>>,
  key: string,
  names: readonly string[],
  levels: number,
): readonly boolean[] {
  const value = raw[key];
  if (!Array.isArray(value) || value.length !== levels || value.some((name) => !names.includes(name as string)))
    throw read.error(key, `${levels} of ${names.join(' or ')}`);
  return value.map((name) => name === names[0]);
}

function addedOf(read: ConfigReader, raw: Readonly<Record<string, unknown>>): Pick<UNetConfig, 'added'> {
  const kind = raw.addition_embed_type ?? null;
  if (kind === null) return {};
  if (kind !== 'text_time')
    throw new PhotoGuardError('config', 'config.json of a UNet2DConditionModel: addition_embed_type is not known', {
      got: String(kind),
      hint: 'Stable Diffusion 1, 2 and XL have null or text_time',
    });
  const timeEmbedDim = read.whole('addition_time_embed_dim', 256, 2, MAX);
  return { added: { timeEmbedDim, inputDim: read.whole('projection_class_embeddings_input_dim', 2816, 1, 65536) } };
}
