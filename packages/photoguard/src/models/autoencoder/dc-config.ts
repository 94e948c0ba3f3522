// The config.json of an AutoencoderDC, checked. Defaults are those of diffusers.
import { finite, flag, list, object, oneOf, orDefault, validate, where, whole } from '../../validate/index.ts';
import { blocks, configSource, levels } from '../config-fields.ts';

/** A level of an AutoencoderDC's encoder or decoder. */
export interface DCLevel {
  readonly channels: number;
  readonly layers: number;
  readonly block: 'ResBlock' | 'EfficientViTBlock';
  /** Sides of the kernels through which queries, keys and values are seen besides. */
  readonly scales: readonly number[];
  readonly norm: 'rms_norm' | 'batch_norm';
  readonly act: DCAct;
}

/** An activation. */
export type DCAct = 'silu' | 'relu';

/** Configuration of an AutoencoderDC; levels from the picture inwards. */
export interface AutoencoderDCConfig {
  readonly latentChannels: number;
  readonly headSize: number;
  readonly encoder: readonly DCLevel[];
  readonly decoder: readonly DCLevel[];
  readonly downsample: 'pixel_unshuffle' | 'conv';
  readonly upsample: 'pixel_shuffle' | 'interpolate';
  readonly encoderShortcut: boolean;
  readonly decoderShortcut: boolean;
  readonly decoderAct: DCAct;
  readonly scalingFactor: number;
}

const CLASS = 'AutoencoderDC';
const CHANNELS = [128, 256, 512, 512, 1024, 1024];
const act = () => oneOf('silu', 'relu');

/** An AutoencoderDC's config.json. @throws PhotoGuardError `config` for an invalid value */
export function parseAutoencoderDCConfig(json: unknown): AutoencoderDCConfig {
  const read = validate(
    object({
      in_channels: orDefault(whole(3, 3), 3),
      latent_channels: orDefault(whole(1, 1024), 32),
      attention_head_dim: orDefault(whole(1, 1024), 32),
      downsample_block_type: orDefault(oneOf('pixel_unshuffle', 'conv'), 'pixel_unshuffle'),
      upsample_block_type: orDefault(oneOf('pixel_shuffle', 'interpolate'), 'pixel_shuffle'),
      encoder_out_shortcut: orDefault(flag(), true),
      decoder_in_shortcut: orDefault(flag(), true),
      decoder_conv_act_fn: orDefault(act(), 'relu'),
      scaling_factor: orDefault(finite(), 1),
    }),
    json,
    configSource(CLASS),
  );
  const shared = { latent: read.latent_channels, headSize: read.attention_head_dim };
  return {
    latentChannels: read.latent_channels,
    headSize: read.attention_head_dim,
    encoder: readLevels(json, 'encoder', [2, 2, 2, 3, 3, 3], shared),
    decoder: readLevels(json, 'decoder', [3, 3, 3, 3, 3, 3], shared),
    downsample: read.downsample_block_type,
    upsample: read.upsample_block_type,
    encoderShortcut: read.encoder_out_shortcut,
    decoderShortcut: read.decoder_in_shortcut,
    decoderAct: read.decoder_conv_act_fn,
    scalingFactor: read.scaling_factor,
  };
}

// Words are one for all levels or a list; the encoder's norms and activations are fixed.
function readLevels(
  json: unknown,
  side: 'encoder' | 'decoder',
  layers: number[],
  { latent, headSize }: { readonly latent: number; readonly headSize: number },
): DCLevel[] {
  const key = `${side}_block_out_channels`;
  const { [key]: channels } = validate(
    object({ [key]: orDefault(levels(4, 8192), CHANNELS) }),
    json,
    configSource(CLASS),
  );
  const count = channels!.length;
  const given = spread(json, count);
  const scales = Array.from({ length: count }, (_, i) => (i < 3 ? [] : [5]));
  const odd = list(whole(1, 15), 0, 4, 'at most 4 odd numbers');
  const read = validate(
    object({
      layers: orDefault(list(whole(0, 32), count, count, `${count} whole numbers, one a level`), layers),
      types: orDefault(blocks(count, 'ResBlock', 'EfficientViTBlock'), new Array<'ResBlock'>(count).fill('ResBlock')),
      scales: orDefault(list(odd, count, count, `${count} lists, one a level`), scales),
      norms: orDefault(blocks(count, 'rms_norm', 'batch_norm'), new Array<'rms_norm'>(count).fill('rms_norm')),
      acts: orDefault(blocks(count, 'silu', 'relu'), new Array<'silu'>(count).fill('silu')),
    }).check(
      where(
        'layers',
        ({ layers: all }) => all.every((each, level) => each > 0 || level === 0),
        () => 'above 0 at every level but the first',
      ),
      where(
        'types',
        ({ types }) => types.every((type, level) => type === 'ResBlock' || channels![level]! % headSize === 0),
        () => `ResBlock where block_out_channels is no multiple of attention_head_dim (${headSize})`,
      ),
    ),
    {
      layers: given(`${side}_layers_per_block`),
      types: given(`${side}_block_types`),
      scales: given(`${side}_qkv_multiscales`),
      ...(side === 'decoder' && { norms: given('decoder_norm_types'), acts: given('decoder_act_fns') }),
    },
    { ...configSource(CLASS), label: `config.json of ${CLASS}: ${side}` },
  );
  validate(
    object({ [key]: list(whole(1, 8192), count, count, '') }).check(
      where<Record<string, number[]>>(
        key,
        (all) =>
          all[key]!.at(-1)! % latent === 0 && all[key]!.every((c, i) => i === 0 || (4 * all[key]![i - 1]!) % c === 0),
        () => `such that each level's divides 4 times the one before it, and the last is a multiple of ${latent}`,
      ),
    ),
    { [key]: channels },
    configSource(CLASS),
  );
  return channels!.map((each, level) => ({
    channels: each,
    layers: read.layers[level]!,
    block: read.types[level]!,
    scales: read.scales[level]!,
    norm: read.norms[level]!,
    act: read.acts[level]!,
  }));
}

// A word that stands for all levels, as a list.
const spread =
  (json: unknown, count: number) =>
  (key: string): unknown => {
    const value = (json as Readonly<Record<string, unknown>> | null)?.[key];
    return typeof value === 'string' ? new Array<string>(count).fill(value) : value;
  };
