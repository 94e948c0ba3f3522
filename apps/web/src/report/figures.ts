// The figures of a protection as people read them: rows by latent space, and means over all of them.
import type { Figures, Protection } from 'photoguard/protection';
import { CONDITIONS } from '../protecting/messages.ts';

/** One latent space: figures in the order of CONDITIONS. */
export interface Row {
  readonly space: string;
  readonly figures: readonly Figures[];
}

/** A row for each space. */
export const rows = ({ displacement }: Protection): Row[] =>
  Object.entries(displacement).map(([space, found]) => ({
    space,
    figures: CONDITIONS.map((condition) => found[condition]!),
  }));

/** Means over the spaces, by condition. */
export type Means = readonly [now: number, jpeg: number, upload: number];

/** See {@link Means}. */
export function means(protection: Protection, of: 'protected' | 'noise'): Means {
  const all = rows(protection);
  return CONDITIONS.map(
    (_, c) => all.reduce((sum, row) => sum + row.figures[c]![of], 0) / all.length,
  ) as unknown as Means;
}

/** Least distance from noise that counts. */
const LEAST = 0.05;

/** What a protection comes to: it holds after an upload, only before it, or not at all beyond noise. */
export function standing(protection: Protection): 'holds' | 'weak' | 'none' {
  const [moved, noise] = [means(protection, 'protected'), means(protection, 'noise')];
  const beyond = moved.map((value, c) => value - noise[c]! >= LEAST);
  if (!beyond[0]) return 'none';
  return beyond[2] ? 'holds' : 'weak';
}
