// Purifiers one after the other. Each part draws from a seed of its own: the first from the context's, part k from one
// made of that and k; else two parts that add noise would add the same noise twice.
import { Random } from '../random.ts';
import { NEEDS, type Purifier, stopIfAborted } from './purifier.ts';

/** The seed of part `k` of a chain, from 0. */
export const seedOfPart = (seed: number, k: number): number => (k === 0 ? seed : new Random(seed, k).bits(0));

/** A chain as a purifier. `none` counts for nothing in it; what is left of a chain of `none` alone is `none`. */
export function chainOf(parts: readonly Purifier[]): Purifier {
  const some = parts.filter(({ spec }) => spec !== 'none');
  if (some.length === 0) return parts[0]!;
  if (some.length === 1) return some[0]!;
  const writes = some.flatMap(({ write }) => (write ? [write] : []));
  return {
    ...(writes.length === some.length && {
      write: (g, image) => writes.reduce((value, write) => write(g, value), image),
    }),
    spec: some.map(({ spec }) => spec).join(' > '),
    needs: NEEDS[Math.max(...some.map(({ needs }) => NEEDS.indexOf(needs)))]!,
    async purify(pixels, context) {
      let result = pixels;
      for (const [k, part] of some.entries()) {
        stopIfAborted(context);
        result = await part.purify(result, { ...context, seed: seedOfPart(context.seed, k) });
      }
      return result;
    },
  };
}
