// What the config.json of all model families have in common: fields of their schemas, and how their errors begin.
import { list, oneOf, type Source, where, whole } from '../validate/index.ts';

const MAX_LEVELS = 8;

/** The source of a class's configuration, for errors. */
export const configSource = (className: string): Source => ({
  label: `config.json of ${className}`,
  code: 'config',
  hint: 'the file may be damaged, or of another kind of model',
});

/** Whole numbers in a closed range, one for each of the one to eight levels. */
export const levels = (least: number, most: number) =>
  list(whole(least, most), 1, MAX_LEVELS, `1 to ${MAX_LEVELS} whole numbers from ${least} to ${most}`);

/** Words, one for each of `count` levels. */
export const blocks = <const Word extends string>(count: number, ...words: readonly Word[]) =>
  list(oneOf(...words), count, count, `${count} of ${words.join(' or ')}, one for each of block_out_channels`);

interface Grouped {
  readonly block_out_channels: readonly number[];
  readonly norm_num_groups: number;
}

/** The condition that the channels of every level can be normalised in groups. */
export const inGroups = () =>
  where<Grouped>(
    'block_out_channels',
    (config) => config.block_out_channels.every((channels) => channels % config.norm_num_groups === 0),
    (config) => `multiples of norm_num_groups (${config.norm_num_groups})`,
  );
