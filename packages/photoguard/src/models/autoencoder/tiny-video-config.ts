// What distinguishes the tiny video autoencoders. They come without a configuration: the shapes of the weights tell it.
import { object, validate, whole } from '../../validate/index.ts';
import { configSource, levels } from '../config-fields.ts';
import type { TensorStore } from '../weights.ts';

/** Configuration of an AutoencoderTinyVideo. */
export interface TinyVideoConfig {
  readonly latentChannels: number;
  /** Side of the patches that a picture is cut into first: 1 or 2. */
  readonly patch: number;
  /** How many frames become one before each level of the encoder, and one becomes after each level of the decoder. */
  readonly pools: readonly number[];
  readonly grows: readonly number[];
}

/** A configuration as {@link guessTinyVideo} makes it. @throws PhotoGuardError `config` for an invalid value */
export function parseTinyVideoConfig(json: unknown): TinyVideoConfig {
  const read = validate(
    object({ latent_channels: whole(1, 256), patch_size: whole(1, 2), pools: levels(1, 2), grows: levels(1, 2) }),
    json,
    configSource('TAEHV'),
  );
  return { latentChannels: read.latent_channels, patch: read.patch_size, pools: read.pools, grows: read.grows };
}

/** The configuration that weights in this layout belong to; undefined for another layout. */
export function guessTinyVideo(weights: TensorStore): object | undefined {
  const shapeOf = (name: string): readonly number[] => weights.get(`${name}.weight`)?.shape ?? [];
  const [first, last] = [shapeOf('encoder.0'), shapeOf('encoder.17')];
  if (last.length === 0 || shapeOf('encoder.4.conv.0').length === 0) return undefined;
  const pools = [2, 7, 12].map((at) => shapeOf(`encoder.${at}.conv`)[1]! / shapeOf(`encoder.${at}.conv`)[0]!);
  const grows = [7, 13, 19].map((at) => shapeOf(`decoder.${at}.conv`)[0]! / shapeOf(`decoder.${at}.conv`)[1]!);
  return { _class_name: 'TAEHV', latent_channels: last[0], patch_size: Math.sqrt(first[1]! / 3), pools, grows };
}
