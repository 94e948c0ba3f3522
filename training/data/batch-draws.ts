// Draws for a row of the editor's batches: a version of a photo, a timestep, a prompt.
import type { Draws } from 'photoguard/training';

/** Share of rows whose mask is the whole picture. */
export const WHOLE_SHARE = 0.25;
/** Share of rows without a prompt, which classifier-free guidance needs. */
export const DROPPED_SHARE = 0.12;
/** Share of rows with unknown words after the prompt, which the model learns to ignore. */
export const JUNK_SHARE = 0.05;

/** Indexes of `size` different versions, by weight. @param cumulative sums of the weights up to each version */
export function drawVersions(draws: Draws, cumulative: Float64Array, size: number): number[] {
  const sum = cumulative.at(-1)!;
  const chosen = new Set<number>();
  while (chosen.size < size) chosen.add(firstAbove(cumulative, draws.next() * sum));
  return [...chosen];
}

/** Timesteps, stratified: one from each `size`-th of the density, in order. @param share cumulative, its end is 1 */
export const drawTimesteps = (draws: Draws, share: Float64Array, size: number): number[] =>
  Array.from({ length: size }, (_, i) => firstAbove(share, (i + draws.next()) / size));

/**
 * The row of the token table that is a photo's prompt: one of its captions, none, or one with unknown words after it.
 * @param captions prompts: plain, short, with a colour, short with a colour; -1 where there is none
 */
export function drawCaption(
  draws: Draws,
  captions: Int32Array,
  { prompts, junk }: { readonly prompts: number; readonly junk: number },
): number {
  const u = draws.next();
  const hasColour = captions[2]! >= 0;
  const which = hasColour && u < 0.65 ? (u > 0.5 ? 3 : 2) : u > 0.9 ? 1 : 0;
  const prompt = draws.next() < DROPPED_SHARE ? 0 : captions[which]!;
  const isJunk = draws.next() < JUNK_SHARE;
  const variant = draws.between(0, junk - 1);
  return isJunk && junk > 0 ? prompts + junk * prompt + variant : prompt;
}

/** The first index whose value is above a number; the last index if there is none. */
function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
