// Purifiers from their texts, in the grammar of transforms.
import { buildChain, parseChain, parseList, type Settled } from '../transforms/index.ts';
import type { PurifierKind } from './kind.ts';
import { NEEDS, type Purifier } from './purifier.ts';
import { PURIFIERS } from './table.ts';

const NOUN = 'purifier';

/**
 * A purifier from its text. A chain is a purifier too, and so is `none`. @throws PhotoGuardError `input` with the
 * position, what was given, and what is allowed
 */
export const parsePurifier = (spec: string): Purifier => buildPurifier(parseChain(spec, PURIFIERS, NOUN));

/**
 * Purifiers from a list of texts: `none; jpeg:75; resize:0.5`.
 * @throws PhotoGuardError `input` with the position, what was given, and what is allowed; also if one is given twice
 */
export const parsePurifiers = (spec: string): Purifier[] => parseList(spec, PURIFIERS, NOUN).map(buildPurifier);

const buildPurifier = (chain: readonly Settled<PurifierKind>[]): Purifier => ({
  ...buildChain(chain),
  needs: NEEDS[Math.max(...chain.map(({ kind }) => NEEDS.indexOf(kind.needs ?? 'nothing')))]!,
});
