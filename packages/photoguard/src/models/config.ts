// The config.json of diffusers' autoencoders, checked. Values that no autoencoder has are errors here, rather than an
// absurd amount of memory later. Defaults are those of diffusers.
import { PhotoGuardError } from '../errors.ts';

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
const MAX_LEVELS = 8;
const MAX_LAYERS = 32;

/** An AutoencoderKL's config.json. @throws PhotoGuardError `config` for a value that cannot be */
export function parseAutoencoderKLConfig(json: unknown): AutoencoderKLConfig {
  const read = new Reader(json, 'AutoencoderKL');
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
  const read = new Reader(json, 'AutoencoderTiny');
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

// Reads keys of a JSON object, each with a default and a range.
class Reader {
  readonly #json: Readonly<Record<string, unknown>>;
  readonly #kind: string;

  constructor(json: unknown, kind: string) {
    this.#kind = kind;
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      throw new PhotoGuardError('config', `config.json of an ${kind} is a JSON object`, { got: describe(json) });
    this.#json = json as Record<string, unknown>;
  }

  error(key: string, expected: string): PhotoGuardError {
    return new PhotoGuardError('config', `config.json of an ${this.#kind}: ${key} must be ${expected}`, {
      got: describe(this.#json[key]),
      hint: 'the file may be damaged, or of another kind of model',
    });
  }

  whole(key: string, fallback: number, least: number, most: number): number {
    const value = this.#json[key] ?? fallback;
    if (!isWhole(value, least, most))
      throw this.error(key, least === most ? String(least) : `a whole number from ${least} to ${most}`);
    return value;
  }

  wholes(key: string, fallback: readonly number[], least: number, most: number): readonly number[] {
    const value = this.#json[key] ?? fallback;
    if (
      !Array.isArray(value) ||
      value.length < 1 ||
      value.length > MAX_LEVELS ||
      !value.every((n) => isWhole(n, least, most))
    )
      throw this.error(key, `1 to ${MAX_LEVELS} whole numbers from ${least} to ${most}`);
    return value as number[];
  }

  number(key: string, fallback: number): number {
    const value = this.#json[key] ?? fallback;
    if (typeof value !== 'number' || !Number.isFinite(value) || Math.abs(value) > 1e6)
      throw this.error(key, 'a finite number');
    return value;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.#json[key] ?? fallback;
    if (typeof value !== 'boolean') throw this.error(key, 'true or false');
    return value;
  }

  oneOf<T extends string>(key: string, fallback: T, allowed: readonly T[]): T {
    const value = this.#json[key] ?? fallback;
    const known = allowed.find((one) => one === value);
    if (known === undefined) throw this.error(key, allowed.join(' or '));
    return known;
  }

  blocks(key: string, type: string, count: number): void {
    const value = this.#json[key] ?? new Array(count).fill(type);
    if (!Array.isArray(value) || value.length !== count || value.some((one) => one !== type))
      throw this.error(key, `${count} times ${type}, one for each of block_out_channels`);
  }
}

const isWhole = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
