// The config.json of surrogate encoders, checked.
import * as z from 'zod/mini';
import { finite, list, object, oneOf, orDefault, validate, where } from '../../validate/index.ts';
import { configSource, levels } from '../config-fields.ts';

/** A latent space that a surrogate encodes into. */
export interface SurrogateSpace {
  /** As `SPACES` names it. */
  readonly name: string;
  /** Of each channel of the latent, neither scaled nor shifted, over photos. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** A pipeline's latent is (mean - shiftFactor) * scalingFactor. */
  readonly scalingFactor: number;
  readonly shiftFactor: number;
}

/** Configuration of a SurrogateEncoder. */
export interface SurrogateConfig {
  readonly design: 'strided' | 'pooled';
  /** Channels of each level; each halves the sides. */
  readonly channels: readonly number[];
  /** Residual blocks of each level. */
  readonly blocks: readonly number[];
  readonly spaces: readonly SurrogateSpace[];
}

const MAX_CHANNELS = 1024;
const channelValues = () => list(finite(), 1, MAX_CHANNELS, `1 to ${MAX_CHANNELS} numbers`);

const SPACE = object({
  name: z.string('a text'),
  mean: channelValues(),
  deviation: channelValues(),
  scaling_factor: orDefault(finite(), 1),
  shift_factor: orDefault(finite(), 0),
}).check(
  where(
    'deviation',
    ({ mean, deviation }) => mean.length === deviation.length && deviation.every((value) => value > 0),
    ({ mean }) => `${mean.length} numbers above 0`,
  ),
);

const SURROGATE = object({
  design: oneOf('strided', 'pooled'),
  channels: levels(2, MAX_CHANNELS),
  blocks: levels(0, 32),
  spaces: list(SPACE, 1, 16, '1 to 16 latent spaces'),
}).check(
  where(
    'blocks',
    ({ channels, blocks }) => channels.length === blocks.length,
    ({ channels }) => `${channels.length} numbers, one a level`,
  ),
  where(
    'channels',
    ({ channels }) => channels.every((count) => count % 2 === 0),
    () => 'even numbers',
  ),
);

/** A SurrogateEncoder's config.json. @throws PhotoGuardError `config` for an invalid value */
export function parseSurrogateConfig(json: unknown): SurrogateConfig {
  const { design, channels, blocks, spaces } = validate(SURROGATE, json, configSource('SurrogateEncoder'));
  return {
    ...{ design, channels, blocks },
    spaces: spaces.map(({ name, mean, deviation, scaling_factor, shift_factor }) => ({
      ...{ name, mean, deviation, scalingFactor: scaling_factor, shiftFactor: shift_factor },
    })),
  };
}
